# SPDX-License-Identifier: EUPL-1.2
# After wsdl2h and soapcpp2 -j have written their part.
OBJECTS := $(patsubst %.cpp,%.o,$(wildcard *.cpp))

partner: $(OBJECTS)
	g++ -o $@ $^ -lgsoap++ -lpthread

%.o: %.cpp
	g++ -std=c++17 -O0 -DWITH_PURE_VIRTUAL -c $<
