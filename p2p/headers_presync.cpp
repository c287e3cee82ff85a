#include "p2p/headers_presync.h"

#include "consensus/check_block.h"
#include "consensus/pow.h"

#include <algorithm>

namespace starling::p2p {

HeadersPresync::Verdict HeadersPresync::received(const std::vector<Header>& headers,
                                                 const std::vector<BlockHash>& hashes,
                                                 const Work& enough,
                                                 bool full) {
    last_ = hashes.back();
    if (second_pass_) return compare(hashes);
    const Verdict verdict = count(headers, enough, full);
    if (verdict == Verdict::ask_again) {
        second_pass_ = true;
        last_ = start_->hash;
    }
    return verdict;
}

HeadersPresync::Verdict HeadersPresync::count(const std::vector<Header>& headers,
                                              const Work& enough,
                                              bool full) {
    for (const Header& header : headers) {
        if (!check_header_work(header, *parameters_)) return Verdict::give_up;
        work_ = work_ + work_of(header.bits);
    }
    checkpoints_.push_back(last_);
    if (work_ >= enough) return Verdict::ask_again;
    const bool too_long = checkpoints_.size() >= limits_->presync_messages_max;
    return full && !too_long ? Verdict::ask_on : Verdict::give_up;
}

HeadersPresync::Verdict HeadersPresync::compare(const std::vector<BlockHash>& hashes) {
    // The last message may have grown: blocks were found meanwhile.
    if (std::ranges::find(hashes, checkpoints_[compared_]) == hashes.end()) return Verdict::give_up;
    ++compared_;
    return compared_ == checkpoints_.size() ? Verdict::hand_on_end : Verdict::hand_on;
}

}  // namespace starling::p2p
