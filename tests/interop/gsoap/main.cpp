// SPDX-License-Identifier: EUPL-1.2
// Takes a job as one line of JSON, does it, and prints what came of it as one line of JSON.
#include <cstdlib>
#include <iostream>
#include <string>

#include "partner.hpp"

#include "FoglioCongedoDestinazioneBinding.nsmap"

int main() {
    std::string line;
    std::getline(std::cin, line);
    const json job = json::parse(line);
    if (job.at("do") == "call") {
        std::cout << call(job).dump() << std::endl;
        return 0;
    }
    serve(job);
    std::cout << json{{"ready", true}}.dump() << std::endl;
    while (std::getline(std::cin, line)) {
    }
    std::_Exit(0);  // the thread that serves ends with us
}
