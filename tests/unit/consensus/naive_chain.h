#pragma once

#include "consensus/check_block.h"
#include "consensus/connect_block.h"
#include "consensus/pow.h"

#include <deque>
#include <map>
#include <optional>

namespace starling::test {

// A chain in the most obvious form: every coin in one map, blocks connected one after another.
class NaiveChain {
public:
    explicit NaiveChain(const Parameters& parameters) : parameters_(parameters) {
        add_node(parameters.genesis.header, parameters.genesis_hash);
    }

    [[nodiscard]] const HeaderNode& tip() const { return nodes_.back(); }
    [[nodiscard]] const std::map<OutPoint, Coin>& coins() const { return coins_; }
    [[nodiscard]] const Parameters& parameters() const { return parameters_; }

    // All rules but scripts of a block after the tip, which stays as it is.
    Result<Connected, Reject> judge(const Shared<CheckedBlock>& block, std::int64_t now) {
        const Header& header = block->block.header;
        if (auto ok = check_header(header, tip(), now, parameters_); !ok) return fail(ok);
        if (auto ok = check_block_after(*block, tip(), parameters_); !ok) return fail(ok);
        next_ = node_after_tip(header, block->hash);
        std::vector<std::optional<Coin>> found;
        for (const OutPoint& point : block->needs) {
            const auto it = coins_.find(point);
            found.push_back(it == coins_.end() ? std::nullopt : std::optional(it->second));
        }
        return connect_block(block, next_, found, parameters_);
    }

    // Judges, and goes on to the block if it is valid.
    Result<Connected, Reject> extend(const Shared<CheckedBlock>& block, std::int64_t now) {
        auto connected = judge(block, now);
        if (!connected) return connected;
        for (const auto& [point, coin] : connected->delta->spent)
            coins_.erase(point);
        for (const auto& [point, coin] : connected->delta->made)
            coins_.emplace(point, coin);
        add_node(block->block.header, block->hash);
        return connected;
    }

private:
    static Failure<Reject> fail(const Result<Unit, Reject>& result) {
        return Failure{result.error()};
    }

    HeaderNode node_after_tip(const Header& header, const BlockHash& hash) {
        HeaderNode node;
        node.header = header;
        node.hash = hash;
        if (nodes_.empty()) return node;
        node.parent = &nodes_.back();
        node.height = nodes_.back().height + 1;
        node.work = nodes_.back().work + work_of(header.bits);
        node.skip = ancestor(node.parent, skip_height(node.height));
        return node;
    }
    void add_node(const Header& header, const BlockHash& hash) {
        nodes_.push_back(node_after_tip(header, hash));
    }

    const Parameters& parameters_;
    std::deque<HeaderNode> nodes_;
    std::map<OutPoint, Coin> coins_;
    HeaderNode next_;
};

}  // namespace starling::test
