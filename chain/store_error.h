#pragma once

#include <stdexcept>

namespace starling::chain {

// The machine failed the store: a full disk, a damaged file, another daemon on the same folder.
// what() is one line for a person: what happened, where, and what to do. Nothing is lost by it: the
// store on disk stays at its last committed boundary.
class StoreError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace starling::chain
