#include "node/rpc/amount_text.h"

#include <array>
#include <cstdint>

namespace starling::rpc {

namespace {

constexpr std::int64_t kFixedPointMax = 1'000'000'000'000'000'000;
// Far more than any number that is not zero or out of range needs; keeps the sum from overflowing.
constexpr int kExponentMax = 1'000;

// Reads a JSON number from left to right: digits and the power of ten behind them.
class NumberText {
public:
    explicit NumberText(std::string_view text) : text_(text) {}

    // The whole text is one number (RFC 8259, section 6) within the bounds.
    bool read() {
        negative = take('-');
        if (take('0')) {
            if (digit()) return false;  // no leading zeros
        } else if (!read_digits(0)) {
            return false;
        }
        if (take('.') && !read_digits(-1)) return false;
        exponent += zeros_;
        return read_exponent() && text_.empty();
    }

    bool negative = false;
    std::int64_t mantissa = 0;  // without trailing zeros
    int exponent = 0;           // of ten

private:
    [[nodiscard]] bool digit() const {
        return !text_.empty() && text_.front() >= '0' && text_.front() <= '9';
    }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    // Digits before (step 0) or after the point (step -1). Zeros are held back until another digit
    // follows: "1.500000000000000000000" is a fair way to write 1.5.
    bool read_digits(int step) {
        if (!digit()) return false;
        for (; digit(); text_.remove_prefix(1)) {
            exponent += step;
            const int value = text_.front() - '0';
            if (value != 0) {
                if (!append(value)) return false;
            } else if (mantissa != 0) {
                ++zeros_;
            }
        }
        return true;
    }
    bool append(int value) {
        for (; zeros_ >= 0; --zeros_) {
            if (mantissa > kFixedPointMax / 10) return false;
            mantissa *= 10;
        }
        zeros_ = 0;
        mantissa += value;
        return true;
    }
    bool read_exponent() {
        if (!take('e') && !take('E')) return true;
        const bool below = take('-');
        if (!below) take('+');
        if (!digit()) return false;
        int power = 0;
        for (; digit(); text_.remove_prefix(1)) {
            power = power * 10 + (text_.front() - '0');
            if (power > kExponentMax) return false;
        }
        exponent += below ? -power : power;
        return true;
    }

    std::string_view text_;
    int zeros_ = 0;
};

}  // namespace

std::optional<std::int64_t> parse_fixed_point(std::string_view text, int decimals) {
    // A number of that many characters has an exponent beyond every use; also bounds the loops.
    if (text.size() > static_cast<std::size_t>(kExponentMax)) return std::nullopt;
    NumberText number(text);
    if (!number.read()) return std::nullopt;
    if (number.mantissa == 0) return 0;
    const int power = number.exponent + decimals;
    if (power < 0 || power > 18) return std::nullopt;
    std::int64_t value = number.mantissa;
    for (int i = 0; i < power; ++i) {
        if (value > kFixedPointMax / 10) return std::nullopt;
        value *= 10;
    }
    if (value >= kFixedPointMax) return std::nullopt;
    return number.negative ? -value : value;
}

std::optional<Amount> parse_amount(std::string_view text) {
    const auto units = parse_fixed_point(text, 8);
    if (!units || !in_money_range({*units})) return std::nullopt;
    return Amount{*units};
}

std::string amount_text(Amount amount) {
    const bool negative = amount.units < 0;
    auto rest = static_cast<std::uint64_t>(amount.units);
    if (negative) rest = ~rest + 1;
    std::string fraction = std::to_string(rest % 100'000'000);
    fraction.insert(0, 8 - fraction.size(), '0');
    return (negative ? "-" : "") + std::to_string(rest / 100'000'000) + "." + fraction;
}

}  // namespace starling::rpc
