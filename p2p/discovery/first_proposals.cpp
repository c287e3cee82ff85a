#include "p2p/discovery/first_proposals.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace starling::p2p::discv5 {

void FirstProposals::open(const std::vector<std::vector<NodeId>>& sources, Time heard, Time end) {
    if (sources.size() < 2) return;
    voices_.resize(sources.size() + 1);
    for (std::size_t voice = 0; voice < sources.size(); ++voice) {
        for (const NodeId& node : sources[voice])
            nodes_.try_emplace(node, Known{.voice = voice});
    }
    heard_ = heard;
    end_ = end;
    next_ = heard;
}

std::size_t FirstProposals::voice_of(const NodeId& teller) const {
    const auto it = nodes_.find(teller);
    return it == nodes_.end() ? voices_.size() - 1 : it->second.voice;
}

void FirstProposals::found(const Sighting& sighting, const NodeId& teller) {
    const NodeId& id = sighting.record->id();
    const std::size_t voice = voice_of(teller);
    const auto it = nodes_.find(id);
    if (it == nodes_.end() || (id == teller && !it->second.waits)) {
        if (it == nodes_.end() && nodes_.size() >= limits_.ids_remembered_max) return;
        nodes_.insert_or_assign(id, Known{.voice = voice, .waits = true});
        voices_[voice].waiting.push_back(sighting);
        ++voices_[voice].told;
        return;
    }
    if (!it->second.waits || it->second.voice == voice) return;
    it->second.waits = false;
    std::erase_if(voices_[it->second.voice].waiting,
                  [&](const Sighting& one) { return one.record->id() == id; });
    agreed_.push_back(sighting);
    ++voices_[voice].told;
}

std::vector<Sighting> FirstProposals::due(Time now) {
    std::vector<Sighting> out;
    if (!sharing() || now < heard_) return out;
    if (now >= end_) return close();
    next_ = end_;
    out = std::exchange(agreed_, {});
    proposed_ += out.size();
    while (const auto voice = next_voice())
        propose(*voice, out);
    return out;
}

// The one that had the fewest turns of those that may have one; by chance of several.
std::optional<std::size_t> FirstProposals::next_voice() {
    const auto spoke = static_cast<std::size_t>(
        std::ranges::count_if(voices_, [](const Voice& voice) { return voice.told > 0; }));
    std::vector<std::size_t> fewest;
    for (std::size_t i = 0; i < voices_.size(); ++i) {
        const Voice& voice = voices_[i];
        if (voice.waiting.empty() || (voice.proposed + 1) * spoke > proposed_ + spoke) continue;
        if (!fewest.empty() && voices_[fewest.front()].proposed < voice.proposed) continue;
        if (!fewest.empty() && voices_[fewest.front()].proposed > voice.proposed) fewest.clear();
        fewest.push_back(i);
    }
    if (fewest.empty()) return std::nullopt;
    return fewest[random_.next() % fewest.size()];
}

void FirstProposals::propose(std::size_t voice, std::vector<Sighting>& out) {
    Voice& from = voices_[voice];
    out.push_back(std::move(from.waiting.front()));
    from.waiting.pop_front();
    nodes_.at(out.back().record->id()).waits = false;
    ++from.proposed;
    ++proposed_;
}

std::vector<Sighting> FirstProposals::close() {
    std::vector<Sighting> out = std::exchange(agreed_, {});
    for (Voice& voice : voices_)
        std::ranges::move(voice.waiting, std::back_inserter(out));
    voices_.clear();
    nodes_.clear();
    next_.reset();
    return out;
}

}  // namespace starling::p2p::discv5
