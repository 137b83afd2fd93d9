// A server in a few lines, behind the wire: it remembers prepared statements and transactions, and does as it is told
// when a test wants something to go wrong at a certain step.
#pragma once

#include "pg/wire/result_access.hpp"
#include "pg/wire/wire.hpp"

#include <deque>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace lightdash::pg {

class scripted_server final : public wire {
public:
    static constexpr std::size_t never = std::numeric_limits<std::size_t>::max();

    // What goes wrong.
    std::size_t refuse_at = never; // the message with this number, counted from 0, Syncs included
    std::string refuse_with = "22012";
    std::size_t lose_at = never; // libpq does not take this message

    std::set<std::string> prepared;
    std::vector<std::string> heard; // "prepare s_…", "execute s_…", "text BEGIN", "sync"
    std::size_t parts = 0;          // of the next streamed command
    int expected_parts = 0;         // how often it was asked to stream
    transaction_status transaction = transaction_status::idle;

    bool prepare(const char* name, const std::string& text, const params&) override
    {
        return take({.what = "prepare", .name = name, .text = text});
    }
    bool execute_prepared(const char* name, const params&) override
    {
        return take({.what = "execute", .name = name, .text = {}});
    }
    bool execute(std::string_view text, const params&, row_format) override
    {
        return take({.what = "text", .name = {}, .text = std::string{text}});
    }
    bool sync() override { return take({.what = "sync", .name = {}, .text = {}}); }
    void expect_parts() override { ++expected_parts; }
    bool busy() override { return answers_.empty(); }
    answer next() override
    {
        if (answers_.empty())
            return {};
        auto one = std::move(answers_.front());
        answers_.pop_front();
        return one;
    }
    transaction_status status() const override
    {
        return inbox_.empty() && answers_.empty() ? transaction : transaction_status::unknown;
    }

    // Answers one message; false when none is left.
    bool serve_one()
    {
        if (inbox_.empty())
            return false;
        const auto one = inbox_.front();
        inbox_.pop_front();
        serve(one);
        return true;
    }
    void serve_all()
    {
        while (serve_one())
            ;
    }
    void say(answer::kind what) { answers_.push_back({.what = what}); }

private:
    struct message {
        std::string what;
        std::string name;
        std::string text;
        std::size_t number = 0;
    };

    bool take(message one)
    {
        one.number = heard.size();
        if (one.number == lose_at)
            return false;
        heard.push_back(one.what + (one.name.empty() ? "" : " " + one.name) +
                        (one.text.empty() || !one.name.empty() ? "" : " " + one.text));
        inbox_.push_back(std::move(one));
        return true;
    }
    void serve(const message& one)
    {
        using status = transaction_status;
        if (one.what == "sync") {
            skipping_ = false;
            say(answer::kind::synced);
            return;
        }
        if (skipping_)
            say(answer::kind::skipped);
        else if (one.number == refuse_at)
            refuse(refuse_with);
        else if (transaction == status::failed && one.text != "ROLLBACK" && one.text != "COMMIT")
            refuse("25P02");
        else
            obey(one);
        say(answer::kind::end);
    }
    void obey(const message& one)
    {
        using status = transaction_status;
        if (one.what == "prepare" && !prepared.insert(one.name).second)
            return refuse("42P05");
        if (one.what == "execute" && !prepared.contains(one.name))
            return refuse("26000");
        if (one.text == "DEALLOCATE ALL")
            prepared.clear();
        else if (one.text.starts_with("DEALLOCATE ") && prepared.erase(one.text.substr(11)) == 0)
            return refuse("26000");
        else if (one.text == "BEGIN")
            transaction = status::open;
        else if (one.text == "COMMIT" || one.text == "ROLLBACK")
            transaction = status::idle;
        if (one.what == "execute")
            for (; parts > 0; --parts)
                answers_.push_back({.what = answer::kind::part, .value = row(one.name)});
        answers_.push_back({.what = answer::kind::done, .value = row(one.name)});
    }
    void refuse(const std::string& sqlstate)
    {
        auto said = std::make_unique<database_diagnostics>();
        said->sqlstate = sqlstate;
        answers_.push_back({.what = answer::kind::refused, .value = {}, .said = std::move(said)});
        skipping_ = true;
        if (transaction == transaction_status::open)
            transaction = transaction_status::failed;
    }
    // One row, one text column.
    static result row(const std::string& text)
    {
        result_ptr made{PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK)};
        char name[] = "said";
        PGresAttDesc column{
            .name = name, .tableid = 0, .columnid = 0, .format = 0, .typid = 25, .typlen = -1, .atttypmod = -1};
        PQsetResultAttrs(made.get(), 1, &column);
        PQsetvalue(made.get(), 0, 0, const_cast<char*>(text.data()), static_cast<int>(text.size()));
        return result_access::all(std::move(made));
    }

    std::deque<message> inbox_;
    std::deque<answer> answers_;
    bool skipping_ = false;
};

} // namespace lightdash::pg
