#pragma once

#include "consensus/bytes.h"
#include "p2p/message.h"
#include "sim/engine/moment.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>

namespace starling::sim {

// What travels through a pipe in one piece.
struct Parcel {
    enum class Kind : std::uint8_t {
        syn,
        syn_ack,
        refusal,  // nobody listens
        act_one,  // of the link's handshake, where it is not run over bytes
        act_two,
        act_three,
        message,
        bytes,  // a torn piece of the link's stream
        fin,
        reset
    };

    static constexpr std::size_t kBareBytes = 40;  // of what is only headers of IPv4 and TCP

    Kind kind = Kind::message;
    bool held = false;      // by the weather
    std::size_t bytes = 0;  // on the line
    Moment due{};           // its arrival; if held: since when it is
    std::variant<std::monostate, p2p::Message, Bytes> content{};
    std::unique_ptr<Parcel> next{};
};

// First in, first out. Empty it is two pointers, of which a large world has hundreds of thousands.
class Parcels {
public:
    Parcels() = default;
    Parcels(const Parcels&) = delete;
    Parcels& operator=(const Parcels&) = delete;
    ~Parcels() { clear(); }

    [[nodiscard]] bool empty() const { return first_ == nullptr; }
    [[nodiscard]] Parcel* first() const { return first_.get(); }
    Parcel& push(std::unique_ptr<Parcel> parcel) {
        Parcel* added = parcel.get();
        (last_ == nullptr ? first_ : last_->next) = std::move(parcel);
        last_ = added;
        return *added;
    }
    std::unique_ptr<Parcel> pop() {
        std::unique_ptr<Parcel> parcel = std::move(first_);
        first_ = std::move(parcel->next);
        if (first_ == nullptr) last_ = nullptr;
        return parcel;
    }
    // All behind `kept`; behind none: all.
    void cut(Parcel* kept) {
        std::unique_ptr<Parcel>& rest = kept == nullptr ? first_ : kept->next;
        while (rest != nullptr)  // one by one: a long chain would destroy itself recursively
            rest = std::move(rest->next);
        last_ = kept;
    }
    void clear() { cut(nullptr); }

private:
    std::unique_ptr<Parcel> first_;
    Parcel* last_ = nullptr;
};

}  // namespace starling::sim
