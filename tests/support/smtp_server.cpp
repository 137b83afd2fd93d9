#include "support/smtp_server.hpp"

#include "ops/child/child_process.hpp"
#include "support/eventually.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lightdash::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto program = R"(
import asyncio, os, sys
from aiosmtpd.smtp import SMTP

folder, taken = sys.argv[1], 0

class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global taken
        taken += 1
        name = f"{folder}/{taken:06}"
        with open(name + ".part", "wb") as out:
            out.write(envelope.rcpt_tos[0].encode() + b"\n" + envelope.content)
        os.rename(name + ".part", name + ".eml")
        return "250 OK"

async def serve():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Keeper()), "127.0.0.1", 0)
    with open(folder + "/port.part", "w") as out:
        out.write(str(server.sockets[0].getsockname()[1]))
    os.rename(folder + "/port.part", folder + "/port")
    await asyncio.Event().wait()

asyncio.run(serve())
)";

std::string content_of(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

smtp_server::smtp_server()
{
    auto name = (fs::temp_directory_path() / "lightdash_smtp_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::runtime_error("no folder for the mail server could be made");
    folder_ = name;
    // Debian's packages belong to Debian's Python.
    pid_ = ops::spawn({.argv = {"/usr/bin/python3", "-c", program, folder_.string()},
                       .folder = folder_,
                       .own_session = true,
                       .when_orphaned = SIGKILL});
    if (!eventually(20s, [&] { return fs::exists(folder_ / "port") || !ops::process_alive(pid_); }) ||
        !fs::exists(folder_ / "port"))
        throw std::runtime_error("aiosmtpd did not start: scripts/setup --tests installs it");
    port_ = static_cast<std::uint16_t>(std::stoi(content_of(folder_ / "port")));
}

smtp_server::~smtp_server()
{
    ::kill(pid_, SIGKILL);
    eventually(10s, [&] { return ops::reap(pid_).has_value(); });
    fs::remove_all(folder_);
}

std::vector<std::string> smtp_server::mails() const
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{folder_})
        if (entry.path().extension() == ".eml")
            files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<std::string> all;
    std::ranges::transform(files, std::back_inserter(all), content_of);
    return all;
}

} // namespace lightdash::testing
