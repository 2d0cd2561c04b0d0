// SPDX-License-Identifier: EUPL-1.2
#pragma once

#include <nlohmann/json.hpp>

using json = nlohmann::json;

json call(const json &job);    // one answer for each call of the job
void serve(const json &job);   // returns once the port listens
