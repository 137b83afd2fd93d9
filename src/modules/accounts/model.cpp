#include "modules/accounts/model.hpp"

#include "lightdash/core/password.hpp"
#include "modules/users/service.hpp"

namespace lightdash::accounts {
namespace {

constexpr std::size_t longest_name = 255, longest_code = 256;

void need_name(json::faults& faults, std::string_view member, std::string_view text)
{
    faults.text_length(member, text, 1, longest_name);
    faults.require(text.empty() || text.find_first_not_of(" \t\r\n") != std::string_view::npos, member,
                   "Must not be blank.");
}

void need_email(json::faults& faults, std::string_view text)
{
    faults.require(users::is_email_address(text), "email", "Must be an e-mail address.");
}

void need_password(json::faults& faults, std::string_view member, std::string_view text)
{
    if (auto fault = password_fault(text); !fault.empty())
        faults.add(member, std::move(fault));
}

} // namespace

void credentials::validate(json::faults& faults) const
{
    need_email(faults, email);
    faults.text_length("password", password, 1, password_max_bytes);
}

void registration::validate(json::faults& faults) const
{
    need_name(faults, "firstName", first_name);
    need_name(faults, "lastName", last_name);
    need_password(faults, "password", password);
    if (invite_code) {
        faults.text_length("inviteCode", *invite_code, 1, longest_code);
        faults.require(!organization_name, "organizationName", "Must be left out: the invite is of an organization.");
    }
    faults.require(email || invite_code, "email", "Is required without an inviteCode.");
    if (email)
        need_email(faults, *email);
    if (organization_name)
        need_name(faults, "organizationName", *organization_name);
}

void password_change::validate(json::faults& faults) const
{
    if (password)
        faults.text_length("password", *password, 1, password_max_bytes);
    need_password(faults, "newPassword", new_password);
}

void reset_request::validate(json::faults& faults) const
{
    need_email(faults, email);
}

void password_reset::validate(json::faults& faults) const
{
    faults.text_length("code", code, 1, longest_code);
    need_password(faults, "newPassword", new_password);
}

} // namespace lightdash::accounts
