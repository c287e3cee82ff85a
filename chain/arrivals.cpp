// What others tell the chain state: headers, bodies, answers of jobs, commands.
#include "chain/chainstate_state.h"

#include <cassert>

namespace starling::chain {

void Chainstate::State::open(const Loaded& loaded) {
    for (const Loaded::StoredHeader& stored : loaded.headers) {
        const HeaderNode* node = tree.restore(stored);
        if (stored.has_body) tree.mark_body(node);
    }
    const HeaderNode* tip = tree.find(loaded.tip);
    assert(tip != nullptr);
    // The committed chain was connected, so its blocks count as there even if a body was lost.
    std::vector<const HeaderNode*> missing;
    for (const HeaderNode* node = tip; !tree.entry(node).linked; node = node->parent)
        missing.push_back(node);
    while (!missing.empty()) {
        tree.mark_body(missing.back());
        missing.pop_back();
    }
    chain.open(tip);
    committer.open(tip, loaded.coins);
    candidates.rebuild(tree, tip->work);
}

void Chainstate::State::take(const HeadersArrived& input) {
    HeadersAdded added;
    BlockHash last;
    std::optional<Reject> reject;
    for (const Header& header : input.headers) {
        const std::size_t before = tree.size();
        auto node = tree.add(header, seconds());
        if (!node.ok()) {
            last = hash_of(header);
            reject = node.error();
            break;
        }
        last = (*node)->hash;
        if (tree.size() > before) added.nodes.push_back(*node);
    }
    if (!added.nodes.empty()) out->push_back(std::move(added));
    decide(input.ticket, last, std::move(reject));
}

void Chainstate::State::take(const BlockArrived& input) {
    std::vector<BlockArrived> open{input};
    while (!open.empty()) {
        const BlockArrived one = std::move(open.back());
        open.pop_back();
        accept_or_refuse(one);
        if (tree.find(one.block->hash) == nullptr) continue;
        for (auto at = tail_orphans.find(one.block->hash); at != tail_orphans.end();
             at = tail_orphans.find(one.block->hash)) {
            open.push_back(std::move(at->second));
            tail_orphans.erase(at);
        }
    }
}

void Chainstate::State::accept_or_refuse(const BlockArrived& input) {
    auto accepted = accept_body(input);
    if (accepted.ok()) return;
    const bool orphan = accepted.error().kind == RejectKind::missing_parent;
    if (orphan && input.stored)
        tail_orphans.emplace(input.block->block.header.previous,
                             BlockArrived{{}, input.block, true});
    decide(input.ticket, input.block->hash, accepted.error());
}

Result<const HeaderNode*, Reject> Chainstate::State::place_header(const CheckedBlock& block) {
    const std::size_t before = tree.size();
    auto node = tree.add(block.block.header, seconds());
    if (tree.size() > before) out->push_back(HeadersAdded{{*node}});
    return node;
}

Result<Unit, Reject> Chainstate::State::accept_body(const BlockArrived& input) {
    const CheckedBlock& block = *input.block;
    auto placed = place_header(block);
    if (!placed.ok()) return Failure{placed.error()};
    const HeaderNode* node = *placed;
    if (tree.entry(node).has_body) return Failure{Reject{RejectKind::duplicate, "duplicate", {}}};
    if (auto rules = check_block_after(block, *node->parent, parameters); !rules.ok()) {
        // A mutated copy says nothing about the block that its header commits to.
        if (rules.error().kind != RejectKind::mutated) fail(node, rules.error());
        return Failure{rules.error()};
    }
    keep_body(node, input);
    return Unit{};
}

void Chainstate::State::keep_body(const HeaderNode* node, const BlockArrived& input) {
    bodies.keep(node, input.block, committer.next_sequence());
    committer.appended();
    if (!input.stored) out->push_back(AppendBody{input.block});
    const HeaderNode* tip = chain.tip();
    for (const BlockTree::Entry* linked : tree.mark_body(node)) {
        if (linked->invalid) continue;  // it was marked while a body below was lost
        if (linked->node.work > tip->work || is_invalid(tip)) candidates.add(*linked);
    }
    out->push_back(BodyKept{node});
    const BlockTree::Entry& entry = tree.entry(node);
    const bool contends = entry.linked && node->work > tip->work;
    if (contends) undecided.wait(entry, input.ticket);
    if (!contends) decide(input.ticket, node->hash, std::nullopt);
    if (node->work <= tip->work) bodies.release(node->hash);
}

void Chainstate::State::take(const BodyRead& input) {
    const HeaderNode* node = tree.find(input.hash);
    if (node == nullptr) return;
    if (node == rewind.node) {
        rewind.body_answered = true;
        rewind.block = input.block;
    } else if (input.block == nullptr) {
        body_lost(node);
    } else if (lookahead.awaits(node) && bodies.find(node->hash) == nullptr) {
        // Held until it is connected and committed, and counted as long.
        bodies.keep(node, input.block, committer.next_sequence());
        committer.appended();
    }
}

void Chainstate::State::body_lost(const HeaderNode* node) {
    if (ancestor(chain.end(), node->height) == node || bodies.find(node->hash) != nullptr) return;
    for (const BlockTree::Entry* unlinked : tree.forget_body(node))
        candidates.erase(*unlinked);
    undecided.accept_unlinked(*out);
}

void Chainstate::State::take(const DeltaRead& input) {
    if (rewind.node == nullptr || rewind.node->hash != input.hash) return;
    // The store moves whole blocks: a block of its chain without a delta is a broken store.
    assert(input.delta != nullptr);
    rewind.delta = input.delta;
}

void Chainstate::State::take(const ScriptsVerified& input) {
    const HeaderNode* node = chain.find_job(input.id);
    if (node == nullptr) return;  // taken back meanwhile
    if (input.verdict.ok()) {
        chain.verified(input.id);
    } else {
        fail(node, input.verdict.error());
    }
}

void Chainstate::State::take(const Committed& input) {
    committer.committed(input);
    bodies.committed(input.sequence);
}

void Chainstate::State::take(const Invalidated& input) {
    const HeaderNode* node = tree.find(input.hash);
    if (node == nullptr || node == tree.genesis()) {
        decide(input.ticket, input.hash, Reject{RejectKind::invalid, "block-not-found", {}});
        return;
    }
    fail(node, Reject{RejectKind::invalid, "invalidated", {}});
    look_again(input.ticket, node);
}

void Chainstate::State::take(const Reconsidered& input) {
    const HeaderNode* node = tree.find(input.hash);
    if (node == nullptr) {
        decide(input.ticket, input.hash, Reject{RejectKind::invalid, "block-not-found", {}});
        return;
    }
    HeadersAdded revived;
    for (const BlockTree::Entry* entry : tree.reconsider(node))
        revived.nodes.push_back(&entry->node);
    if (!revived.nodes.empty()) out->push_back(std::move(revived));
    look_again(input.ticket, node);
}

void Chainstate::State::look_again(Ticket ticket, const HeaderNode* node) {
    const HeaderNode* floor = chain.tip();
    while (is_invalid(floor))
        floor = floor->parent;
    candidates.rebuild(tree, floor->work);
    commands.push_back({ticket, node->hash, pick_target()});
}

}  // namespace starling::chain
