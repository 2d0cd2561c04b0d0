"""The demonstration: two installations exchange an invented student's foglio di congedo."""
