#include "cli/lists_command.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/domain_list.hpp"
#include "cli/input_lines.hpp"
#include "cli/pack_file.hpp"
#include "leadline/base/document.hpp"
#include "leadline/base/limits.hpp"

// POSIX names it and leaves its declaration to the program.
extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace leadline::cli {

namespace {

namespace files = std::filesystem;

/// The packages, by name and the major version whose layout is known, and the licences under which their lists
/// may be used.
constexpr const char* free_package = "freemail";
constexpr const char* free_licence = "ISC";
constexpr const char* disposable_package = "disposable-email-domains-js";
constexpr const char* disposable_licence = "CC0-1.0";
constexpr const char* wanted_packages[] = {"freemail@1", "disposable-email-domains-js@1"};

/// The first line of each file that this command writes: a file that begins otherwise is somebody's own work.
constexpr std::string_view written_mark = "# Built by `leadline lists`";

struct lists_options {
  std::string out = ".";
  std::string from;
  std::string npm = "npm";
  bool is_forced = false;
};

[[nodiscard]] diagnostic trouble(std::string code, std::string message, std::string expected = {}) {
  diagnostic problem;
  problem.code = std::move(code);
  problem.message = std::move(message);
  problem.expected = std::move(expected);
  return problem;
}

/// A folder of its own under the system's folder for such, gone with everything in it when this is.
class temporary_folder {
 public:
  [[nodiscard]] static result<temporary_folder> make() {
    std::error_code error;
    const files::path parent = files::temp_directory_path(error);
    std::string name = ((error ? files::path(".") : parent) / "leadline-lists-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      return failure(trouble("output.not_writable",
                             "no temporary folder could be made: " + std::string(std::strerror(errno)),
                             "a writable folder in the environment variable TMPDIR"));
    }
    return temporary_folder(std::move(name));
  }
  temporary_folder(temporary_folder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  temporary_folder& operator=(temporary_folder&&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    if (!path_.empty()) files::remove_all(path_, ignored);
  }
  [[nodiscard]] const files::path& path() const noexcept { return path_; }

 private:
  explicit temporary_folder(files::path path) : path_(std::move(path)) {}
  files::path path_;
};

/// Runs npm without a shell, its output on our standard error so that standard output stays ours.
[[nodiscard]] diagnostics install_packages(const std::string& npm, const files::path& folder) {
  std::vector<std::string> words = {npm,         "install",   "--prefix",         folder.string(),   "--no-audit",
                                    "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=error"};
  words.insert(words.end(), std::begin(wanted_packages), std::end(wanted_packages));
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t process = 0;
  const int spawn_error = ::posix_spawnp(&process, npm.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawn_error != 0) {
    return trouble(
        "lists.npm_missing", "npm could not be run (\"" + npm + "\": " + std::strerror(spawn_error) + ")",
        "npm, which comes with Node.js (apt-get install npm, dnf install npm, brew install node), its path in "
        "--npm, or a folder in --from in which the packages freemail and disposable-email-domains-js are "
        "installed");
  }
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR)
      return trouble("lists.npm_failed", "npm's end could not be told: " + std::string(std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {  // what a C library without early errors says
    return trouble("lists.npm_missing", "npm could not be run (\"" + npm + "\")", "npm, which comes with Node.js");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return trouble("lists.npm_failed", "npm could not install the packages; what it said stands above",
                   "a network that reaches the npm registry, or a folder in --from in which they are installed");
  }
  return {};
}

/// What a package says of itself.
struct package_facts {
  std::string version;
  std::string licence;
};

[[nodiscard]] result<package_facts> read_facts(const files::path& package, const std::string& name,
                                               std::string_view wanted_licence) {
  const result<document> about = read_pack_file((package / "package.json").string());
  if (!about) return failure(about.error());
  const document::node version = about->root()["version"];
  const document::node licence = about->root()["license"];
  if (!version.is_text() || !licence.is_text()) {
    return failure(about->root().blame(
        trouble("lists.bad_package", "the package " + name + " does not name its version and licence")));
  }
  if (licence.text() != wanted_licence) {
    return failure(
        licence.blame(trouble("lists.licence_changed",
                              "the package " + name + " " + std::string(version.text()) + " is under the licence " +
                                  std::string(licence.text()) + ", no longer " + std::string(wanted_licence),
                              "an earlier version of it in --from, or your own judgement of the new licence")));
  }
  return package_facts{std::string(version.text()), std::string(licence.text())};
}

/// The JSON files of the package's dictionary folder. Its build has moved them before, so each is taken that holds
/// an array.
[[nodiscard]] result<std::size_t> add_dictionaries(domain_list& list, const files::path& folder) {
  std::vector<files::path> paths;
  std::error_code error;
  for (const files::directory_entry& entry : files::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const files::path& path : paths) {
    const result<document> read = read_pack_file(path.string());
    if (!read) return failure(read.error());
    list.add_array(read->root());
  }
  return paths.size();
}

[[nodiscard]] std::string list_text(std::string_view what, const std::vector<std::string>& sources,
                                    const std::vector<std::string>& domains) {
  std::string text(written_mark);
  text += ": ";
  text += what;
  text += ".\n";
  for (const std::string& source : sources) text += "# From " + source + "\n";
  text += "# " + std::to_string(domains.size()) + " domains, lower case, each once, sorted.\n";
  for (const std::string& domain : domains) text += domain + "\n";
  return text;
}

/// A file that somebody else wrote is not replaced; it is told before anything is written, so that the two lists
/// are renewed together or not at all.
[[nodiscard]] diagnostics refuse_replacing(const files::path& path) {
  std::error_code error;
  if (!files::exists(path, error)) return {};
  const result<std::string> present = read_input(path.string(), limits::document_size_max);
  if (present && present->starts_with(written_mark)) return {};
  return trouble("lists.file_exists", "\"" + path.string() + "\" is there and was not written by this command",
                 "another folder in --out, or --force to replace it");
}

/// Writes beside the file and then puts it in place, so that no reader ever sees half a list.
[[nodiscard]] diagnostics write_list(const files::path& path, const std::string& text) {
  std::error_code error;
  const files::path beside = path.string() + ".new";
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  bool is_written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file != nullptr && std::fclose(file) != 0) is_written = false;
  const int write_error = errno;
  if (is_written) {
    files::rename(beside, path, error);
    if (!error) return {};
  }
  const std::string why = is_written ? error.message() : std::strerror(write_error);
  files::remove(beside, error);
  return trouble("output.not_writable", "\"" + path.string() + "\" was not written: " + why);
}

[[nodiscard]] diagnostics build_lists(const lists_options& options, const files::path& modules) {
  const files::path free_folder = modules / free_package;
  const files::path disposable_folder = modules / disposable_package;
  const result<package_facts> free_facts = read_facts(free_folder, free_package, free_licence);
  if (!free_facts) return free_facts.error();
  const result<package_facts> disposable_facts = read_facts(disposable_folder, disposable_package, disposable_licence);
  if (!disposable_facts) return disposable_facts.error();

  domain_list free_mail;
  domain_list disposable_mail;
  const result<std::string> free_text =
      read_input((free_folder / "data" / "free.txt").string(), limits::document_size_max);
  if (!free_text) return free_text.error();
  free_mail.add_lines(*free_text);
  const result<std::string> disposable_text =
      read_input((free_folder / "data" / "disposable.txt").string(), limits::document_size_max);
  if (!disposable_text) return disposable_text.error();
  disposable_mail.add_lines(*disposable_text);
  const result<std::size_t> dictionary_count = add_dictionaries(disposable_mail, disposable_folder / "dist" / "dict");
  if (!dictionary_count) return dictionary_count.error();
  if (*dictionary_count == 0 || free_mail.sorted().empty() || disposable_mail.sorted().empty()) {
    return trouble("lists.bad_package", "the packages are installed but their lists are not where they used to be",
                   "freemail 1.x with data/free.txt and data/disposable.txt, and disposable-email-domains-js 1.x with "
                   "dist/dict/*.json");
  }

  const auto source_of = [](const char* name, const package_facts& facts) {
    return "the npm package " + std::string(name) + " " + facts.version + " (licence " + facts.licence + ").";
  };
  const std::string free_source = source_of(free_package, *free_facts);
  const std::string disposable_source = source_of(disposable_package, *disposable_facts);

  struct output_file {
    const char* name;
    std::string text;
    std::size_t count;
    std::size_t left_out_count;
  };
  const output_file outputs[] = {
      {"free_mail.txt", list_text("domains with free mailboxes", {free_source}, free_mail.sorted()),
       free_mail.sorted().size(), free_mail.left_out_count()},
      {"disposable_mail.txt",
       list_text("domains with throw-away mailboxes", {free_source, disposable_source}, disposable_mail.sorted()),
       disposable_mail.sorted().size(), disposable_mail.left_out_count()}};

  std::error_code error;
  files::create_directories(options.out, error);
  if (error)
    return trouble("output.not_writable", "the folder \"" + options.out + "\" could not be made: " + error.message());
  diagnostics problems;
  for (const output_file& entry : outputs) {
    if (!options.is_forced) problems.append(refuse_replacing(files::path(options.out) / entry.name));
  }
  if (!problems.empty()) return problems;
  for (const output_file& entry : outputs) {
    const files::path path = files::path(options.out) / entry.name;
    diagnostics told = write_list(path, entry.text);
    if (told.empty()) {
      std::printf("wrote %s: %zu domains (%zu lines of the source left out: not a domain)\n", path.c_str(), entry.count,
                  entry.left_out_count);
    }
    problems.append(std::move(told));
  }
  return problems;
}

/// Installs the packages into a folder that is gone afterwards, and builds the lists from it.
[[nodiscard]] diagnostics build_by_npm(const lists_options& options) {
  const result<temporary_folder> folder = temporary_folder::make();
  if (!folder) return folder.error();
  diagnostics problems = install_packages(options.npm, folder->path());
  if (!problems.empty()) return problems;
  return build_lists(options, folder->path() / "node_modules");
}

/// Builds them from a folder as npm leaves it, or from its node_modules itself.
[[nodiscard]] diagnostics build_from_folder(const lists_options& options) {
  std::error_code error;
  const files::path modules = files::path(options.from) / "node_modules";
  return build_lists(options, files::is_directory(modules, error) ? modules : files::path(options.from));
}

[[nodiscard]] exit_code run(const lists_options& options) {
  const diagnostics problems = options.from.empty() ? build_by_npm(options) : build_from_folder(options);
  if (problems.empty()) return exit_code::done;
  print_problems(problems);
  return exit_code::input_problems;
}

}  // namespace

void add_lists_command(CLI::App& program, exit_code& outcome) {
  const auto options = std::make_shared<lists_options>();
  CLI::App* command = program.add_subcommand("lists", "Build the long lists of free and throw-away mail domains");
  command->add_option("--out", options->out, "The folder for free_mail.txt and disposable_mail.txt")
      ->capture_default_str();
  command->add_option("--from", options->from, "A folder in which the two npm packages are installed already");
  command->add_option("--npm", options->npm, "The npm program")->capture_default_str();
  command->add_flag("--force", options->is_forced, "Replace lists that this command did not write");
  command->footer(
      "The lists come from the npm packages freemail (ISC) and disposable-email-domains-js (CC0-1.0), which npm\n"
      "installs into a temporary folder; no code of them is run. In a pack, name a list beside it as\n"
      "  \"lists\": { \"free_mail\": { \"file\": \"free_mail.txt\" } }\n\n"
      "Example:\n  leadline lists --out my_rules");
  command->callback([options, &outcome] { outcome = run(*options); });
}

}  // namespace leadline::cli
