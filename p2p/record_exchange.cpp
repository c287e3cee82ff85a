#include "p2p/record_exchange.h"

#include <algorithm>
#include <utility>

namespace starling::p2p {
namespace {

// A bucket gains one unit a second; a record costs so many.
constexpr std::int64_t kRecordUnits = 10;
constexpr std::int64_t kUnitsPerSecond = 1;

TokenBucket bucket_of(std::size_t records_max, std::size_t records_now, Time now) {
    const auto capacity = static_cast<std::int64_t>(records_max) * kRecordUnits;
    TokenBucket bucket(capacity, kUnitsPerSecond, now);
    bucket.take(capacity - static_cast<std::int64_t>(records_now) * kRecordUnits, now);
    return bucket;
}

Origin origin_of(const Peer& peer) {
    return peer.inbound() ? Origin::inbound : peer.origin.value_or(Origin::manual);
}

}  // namespace

void RecordExchange::own_changed(Shared<Record> own, Turn& turn) {
    own_ = std::move(own);
    next_announcement_ = std::max(turn.now, quiet_until_);
    handle_timer(turn);
}

void RecordExchange::ready(Peer& peer, Turn& turn) {
    if (!peer.key) return;
    const std::size_t asked = peer.inbound() ? 1 : limits_.records_heard_max;
    auto [it, made] = peers_.insert_or_assign(
        peer.id,
        Exchange{.own = bucket_of(limits_.own_records_max, limits_.own_records_max, turn.now),
                 .others = bucket_of(limits_.records_heard_max, asked, turn.now)});
    send_own(peer, it->second, turn);
    if (!peer.inbound()) turn.out.send(peer, GetRecords{});
}

bool RecordExchange::received(Peer& peer, const RecordMessage& message, Turn& turn) {
    const auto exchange = peers_.find(peer.id);
    if (exchange == peers_.end()) return false;
    if (!exchange->second.own.take(kRecordUnits, turn.now)) {
        turn.out.blame(peer, Offence::too_many_requests, RecordMessage::kCommand);
        return false;
    }
    const auto checked = message.record.check();
    if (!checked.ok()) {
        turn.out.blame(peer, Offence::malformed_message, describe(checked.error()));
        return false;
    }
    const Shared<Record>& record = checked.value();
    if (record->key() != *peer.key) {
        turn.out.refuse(peer.id, Refusal::wrong_record);
        return false;
    }
    if (!record->of_network(network_)) {
        turn.out.refuse(peer.id, Refusal::foreign_network);
        return false;
    }
    if (peer.record != nullptr && peer.record->sequence() >= record->sequence()) return false;
    peer.record = record;
    turn.out.tell_discovery({record, origin_of(peer), peer.address});
    return true;
}

void RecordExchange::received(Peer& peer, const GetRecords&, const Known& known, Turn& turn) {
    const auto exchange = peers_.find(peer.id);
    if (exchange == peers_.end() || !peer.inbound()) return;
    if (std::exchange(exchange->second.answered, true)) return;
    Records answer;
    for (const Shared<Record>& record : sample_of(known.addresses, turn.now)) {
        const NodeId& node = record->id();
        if (node != peer.node && known.admission.allows(node)) answer.records.emplace_back(record);
    }
    if (!answer.records.empty()) turn.out.send(peer, std::move(answer));
}

void RecordExchange::received(Peer& peer, const Records& message, Turn& turn) {
    const auto exchange = peers_.find(peer.id);
    if (exchange == peers_.end()) return;
    for (const ToldRecord& told : message.records) {
        if (!exchange->second.others.take(kRecordUnits, turn.now))
            return turn.out.blame(peer, Offence::too_many_requests, Records::kCommand);
        const auto record = told.check(identity_bits_);
        if (!record.ok() && record.error() == RecordError::cheap_identity)
            return turn.out.blame(peer, Offence::foreign_record, describe(record.error()));
        if (!record.ok())
            return turn.out.blame(peer, Offence::malformed_message, describe(record.error()));
        if (!record.value()->of_network(network_))
            return turn.out.blame(peer, Offence::foreign_record);
        turn.out.tell_discovery({record.value(), Origin::gossiped, peer.address});
    }
}

void RecordExchange::handle_timer(Turn& turn) {
    if (next_announcement_ && *next_announcement_ <= turn.now) announce(turn);
}

std::optional<Time> RecordExchange::next_wakeup() const {
    return next_announcement_;
}

const std::vector<Shared<Record>>& RecordExchange::sample_of(AddressManager& addresses, Time now) {
    if (now < sample_until_) return sample_;
    const std::size_t proven = addresses.proven();
    sample_ =
        addresses.sample(std::clamp(proven * kToldPercent / 100, kAllToldMax, Records::kCountMax));
    if (proven <= kAllToldMax) return sample_;
    const auto spread = static_cast<std::uint64_t>(kSampleLifeSpread.count());
    sample_until_ = now + kSampleLife + Duration{static_cast<std::int64_t>(random_.below(spread))};
    return sample_;
}

void RecordExchange::announce(Turn& turn) {
    next_announcement_.reset();
    quiet_until_ = turn.now + limits_.own_record_interval;
    for (auto& [id, exchange] : peers_) {
        if (Peer* peer = turn.peers.find(id)) send_own(*peer, exchange, turn);
    }
}

void RecordExchange::send_own(Peer& peer, Exchange& exchange, Turn& turn) const {
    if (own_ == nullptr || own_->sequence() <= exchange.sent_sequence) return;
    exchange.sent_sequence = own_->sequence();
    turn.out.send(peer, RecordMessage{own_});
}

}  // namespace starling::p2p
