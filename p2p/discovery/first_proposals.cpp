#include "p2p/discovery/first_proposals.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace starling::p2p::discv5 {

void FirstProposals::open(const std::vector<NodeId>& remembered,
                          const std::vector<std::vector<NodeId>>& given,
                          Time heard,
                          Time end) {
    if (given.size() + (remembered.empty() ? 0 : 1) < 2) return;
    voices_.resize(given.size() + 2);
    for (std::size_t voice = 0; voice < given.size(); ++voice) {
        for (const NodeId& node : given[voice])
            nodes_.try_emplace(node, Known{.voice = voice, .tells = Word::of_the_source});
    }
    for (const NodeId& node : remembered)
        nodes_.try_emplace(node, Known{.voice = given.size()});
    heard_ = heard;
    end_ = end;
    next_ = heard;
}

FirstProposals::Known FirstProposals::teller_of(const NodeId& id) const {
    const auto it = nodes_.find(id);
    const bool stranger = it == nodes_.end() || it->second.voice + 1 == voices_.size();
    if (!stranger) return it->second;
    return {.voice = voices_.size() - 1, .tells = Word::of_a_stranger};
}

void FirstProposals::found(const Sighting& sighting, const NodeId& teller) {
    const NodeId& id = sighting.record->id();
    const Known by = teller_of(teller);
    const auto it = nodes_.find(id);
    if (it == nodes_.end()) {
        if (voices_[by.voice].told >= limits_.ids_remembered_max / voices_.size()) return;
        ++voices_[by.voice].told;
        return wait(sighting, nodes_[id], by);
    }
    Known& known = it->second;
    if (known.stage == Stage::named && id == teller) return wait(sighting, known, by);
    if (known.stage != Stage::waiting) return;
    const bool two_sources =
        by.tells == Word::of_the_source && known.word == by.tells && known.voice != by.voice;
    if (two_sources) {
        leave(id, known.voice);
        known.stage = Stage::proposed;
        agreed_.push_back(sighting);
        voices_[by.voice].spoke = true;
    } else if (by.tells > known.word) {
        leave(id, known.voice);
        wait(sighting, known, by);
    }
}

void FirstProposals::wait(const Sighting& sighting, Known& known, const Known& teller) {
    known.voice = teller.voice;
    known.word = teller.tells;
    known.stage = Stage::waiting;
    voices_[teller.voice].waiting.push_back(sighting);
    voices_[teller.voice].spoke = true;
}

void FirstProposals::leave(const NodeId& id, std::size_t voice) {
    std::erase_if(voices_[voice].waiting,
                  [&](const Sighting& one) { return one.record->id() == id; });
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
    const std::size_t strangers = voices_.size() - 1;
    const auto end = voices_.begin() + static_cast<std::ptrdiff_t>(strangers);
    const auto spoke =
        static_cast<std::size_t>(std::ranges::count(voices_.begin(), end, true, &Voice::spoke));
    std::vector<std::size_t> fewest;
    for (std::size_t i = 0; i < strangers; ++i) {
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
    nodes_.at(out.back().record->id()).stage = Stage::proposed;
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
