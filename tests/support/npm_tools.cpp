#include "support/npm_tools.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lightdash::testing {

namespace fs = std::filesystem;

npm_tools::npm_tools(const fs::path& packages)
{
    std::string made = (fs::temp_directory_path() / "lightdash-npm-XXXXXX").string();
    if (::mkdtemp(made.data()) == nullptr)
        throw std::runtime_error("no folder could be made for npm's packages: " + made);
    folder_ = made;
    for (const auto& file : fs::directory_iterator{packages})
        if (file.is_regular_file())
            fs::copy_file(file, folder_ / file.path().filename());
    if (!run("timeout 170 npm ci --no-audit --no-fund --ignore-scripts --prefer-offline"))
        refusal_ = "npm could not install " + packages.string() + " within 170 seconds:\n" + output() +
                   "npm comes with scripts/setup --tests. Where the public registry cannot be reached, set "
                   "NPM_CONFIG_REGISTRY to a mirror, or fill npm's cache on a machine that can (npm ci) and keep it "
                   "with the other caches: the test prefers it.";
}

npm_tools::~npm_tools()
{
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

bool npm_tools::run(const std::string& command, const std::string& variables) const
{
    const auto line = "cd '" + folder_.string() + "' && " + variables + command + " > output.txt 2>&1 < /dev/null";
    return std::system(line.c_str()) == 0;
}

std::string npm_tools::output() const
{
    std::ifstream in{folder_ / "output.txt"};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void npm_tools::write(const fs::path& file, const std::string& text) const
{
    fs::create_directories((folder_ / file).parent_path());
    std::ofstream{folder_ / file} << text;
}

} // namespace lightdash::testing
