#pragma once

#include <string_view>

/// What pages are put together of: the files beside this one, and the chart library (empty when the build had none).
namespace leadline::cli {

[[nodiscard]] std::string_view page_frame() noexcept;
[[nodiscard]] std::string_view page_style() noexcept;
[[nodiscard]] std::string_view page_tools() noexcept;
[[nodiscard]] std::string_view report_page_script() noexcept;
[[nodiscard]] std::string_view compare_page_script() noexcept;
[[nodiscard]] std::string_view backtest_page_script() noexcept;
[[nodiscard]] std::string_view chart_library() noexcept;

}  // namespace leadline::cli
