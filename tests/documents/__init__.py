"""Documents made from the code: life cycles, causes of refusal, requirements."""
