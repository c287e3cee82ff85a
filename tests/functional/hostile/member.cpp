#include "functional/hostile/member.h"

#include "p2p/identity/network_tag.h"

#include <algorithm>
#include <utility>

namespace starling::hostile {
namespace {

namespace discv5 = p2p::discv5;

// FINDNODE's result limit (discv5-wire), and as many records as surely fit into a packet.
constexpr std::size_t kToldMax = 16;
constexpr std::size_t kRecordsAPacket = 5;
// Datagrams that are read before another member has its turn.
constexpr int kReadAtOnce = 100;

std::uint64_t seed_of(const p2p::Identity& identity) {
    return identity.id.word(0);
}

Shared<p2p::Record> record_of(const p2p::Identity& identity,
                              const p2p::Endpoint& address,
                              const Parameters& network) {
    return p2p::Record::sign({.udp = address, .tcp = address, .network = p2p::network_tag(network)},
                             identity);
}

std::vector<discv5::Nodes> nodes_at(const discv5::FindNode& find,
                                    const p2p::NodeId& asked,
                                    const Members& others) {
    std::vector<discv5::Nodes> packets(1);
    std::size_t told = 0;
    for (const auto& other : others) {
        const unsigned distance = log_distance(asked, other->identity().id);
        if (told == kToldMax || std::ranges::count(find.distances, distance) == 0) continue;
        if (told != 0 && told % kRecordsAPacket == 0) packets.emplace_back();
        packets.back().checked.push_back(other->record());
        ++told;
    }
    for (discv5::Nodes& packet : packets) {
        packet.id = find.id;
        packet.total = packets.size();
    }
    return packets;
}

}  // namespace

Member::Member(const p2p::Identity& identity,
               const p2p::Endpoint& address,
               const Parameters& network)
    : identity_(identity),
      address_(address),
      record_(record_of(identity, address, network)),
      random_(seed_of(identity)),
      wire_(identity_, limits_, random_, [](const p2p::NodeId&) { return nullptr; }),
      datagrams_(SOCK_DGRAM, address),
      listener_(SOCK_STREAM, address) {
    wire_.set_record(record_);
    listener_.listen();
}

SecretKey Member::ephemeral() {
    SecretKey key{};
    for (std::uint8_t& byte : key)
        byte = static_cast<std::uint8_t>(random_.below(256));
    return key;
}

void Member::ping(const p2p::Record& whom, Time now) {
    const std::uint64_t number = ++pings_;
    const discv5::RequestId id{0x50, static_cast<std::uint8_t>(number >> 8),
                               static_cast<std::uint8_t>(number)};
    wire_.send_request({whom.id(), *whom.udp()}, whom.key(), discv5::Ping{id, record_->sequence()},
                       now, out_);
    send_all();
}

void Member::receive(const Members& others, Time now) {
    for (int i = 0; i < kReadAtOnce; ++i) {
        p2p::Endpoint from;
        Bytes bytes = datagrams_.receive_from(from);
        if (bytes.empty()) return;
        std::vector<discv5::Delivered> delivered;
        wire_.received({.from = from, .bytes = std::move(bytes)}, now, out_, delivered);
        for (const discv5::Delivered& one : delivered)
            answer(one, others, now);
        send_all();
    }
}

void Member::answer(const discv5::Delivered& question, const Members& others, Time now) {
    if (const auto* ping = std::get_if<discv5::Ping>(&question.message)) {
        const discv5::Pong pong{ping->id, record_->sequence(), question.from.address};
        wire_.send_response(question.from, pong, now, out_);
    }
    if (const auto* find = std::get_if<discv5::FindNode>(&question.message)) {
        for (discv5::Nodes& packet : nodes_at(*find, identity_.id, others))
            wire_.send_response(question.from, std::move(packet), now, out_);
    }
}

void Member::send_all() {
    for (const discv5::Datagram& datagram : std::exchange(out_, {}))
        datagrams_.send_to(datagram.to, datagram.bytes);
}

Link::Link(Member& member, Socket socket, const Parameters& network)
    : member_(member),
      network_(network),
      dialled_(false),
      socket_(std::move(socket)),
      transport_(p2p::LinkTransport::responder(member.identity().secret, member.ephemeral())),
      random_(seed_of(member.identity())) {}

Link::Link(Member& member, const p2p::Record& whom, const Parameters& network)
    : member_(member),
      network_(network),
      dialled_(true),
      socket_(SOCK_STREAM, p2p::Endpoint{member.address().address, 0}),
      transport_(
          p2p::LinkTransport::dialler(member.identity().secret, whom.key(), member.ephemeral())),
      random_(seed_of(member.identity())) {
    socket_.connect(*whom.tcp());
    out_ = transport_.open({}).reply;
}

bool Link::read(const Members& others) {
    const std::optional<Bytes> bytes = socket_.read();
    if (!bytes) return false;
    if (bytes->empty()) return true;
    const p2p::Transport::Opened opened = transport_.open(*bytes);
    if (opened.error) return false;
    out_.insert(out_.end(), opened.reply.begin(), opened.reply.end());
    if (opened.established && !std::exchange(established_, true) && dialled_) send_version();
    for (const p2p::RawMessage& raw : opened.messages)
        take(raw, others);
    return write();
}

bool Link::write() {
    const std::optional<std::size_t> written = socket_.write(out_);
    if (!written) return false;
    out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(*written));
    return true;
}

void Link::take(const p2p::RawMessage& raw, const Members& others) {
    const p2p::Message message = decode(raw, network_);
    if (std::holds_alternative<p2p::Version>(message)) {
        if (!dialled_) send_version();
        send(p2p::WtxidRelay{});
        send(p2p::Verack{});
    }
    if (std::holds_alternative<p2p::Verack>(message)) {
        ready_ = true;
        send(p2p::RecordMessage{member_.record()});
        // Of who called us, many are taken; of whom we called, one (p2p/record_exchange.h).
        if (!dialled_) send(some_of(others));
    }
    if (std::holds_alternative<p2p::GetRecords>(message)) send(some_of(others));
    if (std::holds_alternative<p2p::GetHeaders>(message)) send(p2p::Headers{});
    if (const auto* ping = std::get_if<p2p::Ping>(&message)) send(p2p::Pong{ping->nonce});
}

void Link::send(const p2p::Message& message) {
    const p2p::RawMessage raw{.command = std::string(command_of(message)),
                              .payload = std::make_shared<const Bytes>(encode(message)),
                              .header_bytes = transport_.header_bytes()};
    const Bytes sealed = transport_.seal({&raw, 1});
    out_.insert(out_.end(), sealed.begin(), sealed.end());
}

void Link::send_version() {
    const std::uint64_t nonce = random_.next();
    send(p2p::Version{.services = p2p::kServiceNetwork | p2p::kServiceWitness,
                      .nonce = nonce,
                      .user_agent = "/hostile/"});
}

p2p::Records Link::some_of(const Members& others) {
    p2p::Records told;
    while (told.records.size() < p2p::Records::kCountMax)
        told.records.emplace_back(others[random_.below(others.size())]->record());
    return told;
}

}  // namespace starling::hostile
