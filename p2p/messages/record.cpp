#include "p2p/messages/record.h"

namespace starling::p2p {

Result<RecordMessage, std::string> RecordMessage::decode(Reader& in) {
    if (in.remaining() == 0) return Failure{std::string("no record")};
    if (in.remaining() > Record::kBytesMax) return Failure{std::string("record too long")};
    return RecordMessage{ToldRecord(in.view(in.remaining()))};
}

}  // namespace starling::p2p
