#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace starling::sim {

// What happens at an event: a callable that is moved and called once. Kept in place up to
// kInlineBytes, since an allocation would cost more than most of what events do.
class Action {
public:
    static constexpr std::size_t kInlineBytes = 88;  // a datagram on its way

    Action() = default;
    template <class F>
    requires(!std::is_same_v<std::decay_t<F>, Action>)
        Action(F&& callable) {  // implicit, as with std::function
        using Held = std::decay_t<F>;
        if constexpr (sizeof(Held) <= kInlineBytes && alignof(Held) <= alignof(void*) &&
                      std::is_nothrow_move_constructible_v<Held>) {
            new (bytes_) Held(std::forward<F>(callable));
            verbs_ = &kInPlace<Held>;
        } else {
            new (bytes_) Held*(new Held(std::forward<F>(callable)));
            verbs_ = &kElsewhere<Held>;
        }
    }
    Action(Action&& other) noexcept { take(other); }
    Action& operator=(Action&& other) noexcept {
        if (this != &other) {
            clear();
            take(other);
        }
        return *this;
    }
    ~Action() { clear(); }

    void operator()() { verbs_->call(bytes_); }
    explicit operator bool() const { return verbs_ != nullptr; }

private:
    struct Verbs {
        void (*call)(void*);
        void (*move)(void* from, void* to);  // and destroys `from`
        void (*destroy)(void*);
    };
    template <class T>
    static T& at(void* bytes) {
        return *std::launder(static_cast<T*>(bytes));
    }
    template <class Held>
    static constexpr Verbs kInPlace{[](void* bytes) { at<Held>(bytes)(); },
                                    [](void* from, void* to) {
                                        new (to) Held(std::move(at<Held>(from)));
                                        at<Held>(from).~Held();
                                    },
                                    [](void* bytes) { at<Held>(bytes).~Held(); }};
    template <class Held>
    static constexpr Verbs kElsewhere{[](void* bytes) { (*at<Held*>(bytes))(); },
                                      [](void* from, void* to) { new (to) Held*(at<Held*>(from)); },
                                      [](void* bytes) { delete at<Held*>(bytes); }};

    void take(Action& other) noexcept {
        verbs_ = std::exchange(other.verbs_, nullptr);
        if (verbs_ != nullptr) verbs_->move(other.bytes_, bytes_);
    }
    void clear() noexcept {
        if (verbs_ != nullptr) std::exchange(verbs_, nullptr)->destroy(bytes_);
    }

    alignas(void*) std::byte bytes_[kInlineBytes];
    const Verbs* verbs_ = nullptr;
};

}  // namespace starling::sim
