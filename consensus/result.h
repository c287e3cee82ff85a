#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace starling {

template <class E>
struct Failure {
    E error;
};
template <class E>
Failure(E) -> Failure<E>;

struct Unit {};

// A value, or the reason why there is none. For mistakes of others (peers, users, files); our own
// broken invariants are assertions.
template <class T, class E>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure<E> failure) : held_(std::in_place_index<1>, std::move(failure.error)) {}

    [[nodiscard]] bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& value() & {
        assert(ok());
        return *std::get_if<0>(&held_);
    }
    const T& value() const& {
        assert(ok());
        return *std::get_if<0>(&held_);
    }
    T&& value() && {
        assert(ok());
        return std::move(*std::get_if<0>(&held_));
    }
    const E& error() const {
        assert(!ok());
        return *std::get_if<1>(&held_);
    }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, E> held_;
};

}  // namespace starling
