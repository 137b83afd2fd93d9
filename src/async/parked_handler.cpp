#include "lightdash/async/parked_handler.hpp"

namespace lightdash::detail {

class parked_handler::owner final : public boost::asio::execution_context::service {
public:
    inline static boost::asio::execution_context::id id;

    explicit owner(boost::asio::execution_context& context) : service(context) { head_.next = head_.previous = &head_; }

    void add(base& parked) noexcept { parked.insert_before(head_); }

private:
    void shutdown() override
    {
        // One handler's end may end others: each is looked up anew.
        while (head_.next != &head_) {
            auto* parked = static_cast<base*>(head_.next);
            parked->place->held_ = nullptr;
            parked->end(false);
        }
    }

    list_link head_;
};

void parked_handler::own(boost::asio::execution_context& context)
{
    held_->place = this;
    boost::asio::use_service<owner>(context).add(*held_);
}

} // namespace lightdash::detail
