#include "p2p/messages/record.h"

namespace starling::p2p {

Result<RecordMessage, std::string> RecordMessage::decode(Reader& in) {
    auto record = Record::decode(in.view(in.remaining()));
    if (!record) return Failure{std::string(describe(record.error()))};
    return RecordMessage{std::move(record).value()};
}

}  // namespace starling::p2p
