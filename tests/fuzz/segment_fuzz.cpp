// A segment that anyone may have written: every frame found lies in the file, one after another.

#include "chain/segments.h"
#include "consensus/parameters.h"
#include "support/faulty_files.h"

#include <algorithm>
#include <cassert>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using starling::chain::FrameScanner;
    starling::test::FaultyFiles files;
    const auto file = files.open("segment");
    file->append(starling::ByteView(data, size));
    FrameScanner scanner(*file, starling::regtest().magic, 0);
    std::uint64_t end = 0;
    while (const auto body = scanner.next()) {
        end += FrameScanner::kHeaderBytes;
        assert(end + body->size() <= size);
        assert(std::equal(body->begin(), body->end(), data + end));
        end += body->size();
        assert(scanner.offset() == end);
    }
    return 0;
}
