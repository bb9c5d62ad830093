#include "cloud/kit/router.hpp"

#include <gtest/gtest.h>

#include "cloud/kit/openapi.hpp"

namespace pf {
namespace {

struct Thing {
  Uuid id;
  Millis updated_at = 0;
  FIELDS(id, updated_at)
};
struct NewThing {
  Name name;
  std::optional<List<Bounded<int, 0, 9>, 3>> sizes;
  FIELDS(name, sizes)
};
struct ThingQuery {
  static constexpr bool is_query = true;
  std::optional<Bounded<int, 1, 9>> limit;
  std::optional<Role> role;
  FIELDS(limit, role)
};

// Answers with the name of what was called.
class Things {
 public:
  Answer<Page<Thing>> list(const Caller&, const ThingQuery& query) {
    return Page<Thing>{{{"limit " + std::to_string(query.limit.value_or(0)), 1}}, {}};
  }
  Answer<Thing> stats(const Caller&) { return Thing{"stats", 7}; }
  Answer<Thing> find(const Caller&, const PathId& id) {
    if (id.value == "none") return not_found("thing");
    return Thing{id.value, 7};
  }
  Answer<Created<Thing>> add(const Caller&, const NewThing& wanted) {
    return Created<Thing>{{wanted.name.value, 1}, "/api/things/1"};
  }
  Answer<Done> ping(const Visitor&) { return Done{}; }
  Answer<Thing> person(const Caller&) { return Thing{"person", 7}; }
};

constexpr auto thing_routes() {
  return std::to_array<Route<Things>>({
      get<&Things::find>("/api/things/{id}", Role::viewer),
      get<&Things::stats>("/api/things/stats", Role::viewer),
      get<&Things::list>("/api/things", Role::viewer),
      post<&Things::add>("/api/things", Role::operator_),
      open_post<&Things::ping>("/ping"),
      get<&Things::person>("/auth/person", Role::viewer),
  });
}

struct RouterTest : testing::Test {
  Things things;
  Router router;
  RouterTest() { router.add(thing_routes(), things); }

  Response call(Method method, const std::string& path, const std::string& query = "",
                const std::string& body = "") {
    auto match = router.match(method, path);
    if (!match) return problem(match.error(), "r");
    Caller caller;
    const Request request{method, path, query, "application/json", body};
    return match->entry->run({request, caller, &caller, match->path_values});
  }
};

TEST_F(RouterTest, a_literal_wins_over_a_parameter_whatever_the_order) {
  EXPECT_EQ(call(Method::get, "/api/things/stats").body, R"({"id":"stats","updated_at":7})");
  EXPECT_EQ(call(Method::get, "/api/things/other").body, R"({"id":"other","updated_at":7})");
}

// Remembers for whom it was confined, and that it was released each time.
class ConfinedDatabase final : public Database {
 public:
  void read(const std::function<void(Transaction&)>&) override {}
  void write(const std::function<void(Transaction&)>&) override {}
  void confine_this_thread(std::string_view tenant) override { tenants.emplace_back(tenant); }
  void release_this_thread() override { ++released; }

  std::vector<std::string> tenants;
  std::size_t released = 0;
};

TEST_F(RouterTest, confines_the_api_to_its_callers_organisation_and_not_what_is_about_the_person) {
  ConfinedDatabase database;
  Router confining{database};
  confining.add(thing_routes(), things);
  Caller caller;
  caller.tenant.value = "ours";
  const auto run = [&](Method method, const std::string& path, const Caller* whose) {
    const auto match = confining.match(method, path);
    const Request request{method, path, "", "application/json", ""};
    return match->entry->run({request, caller, whose, match->path_values}).status;
  };
  EXPECT_EQ(run(Method::get, "/api/things/stats", &caller), 200);
  EXPECT_EQ(run(Method::get, "/api/things/none", &caller), 404);
  EXPECT_EQ(database.tenants, (std::vector<std::string>{"ours", "ours"}));
  EXPECT_EQ(run(Method::get, "/auth/person", &caller), 200);
  EXPECT_EQ(run(Method::post, "/ping", nullptr), 204);
  EXPECT_EQ(database.tenants.size(), 2u);
  EXPECT_EQ(database.released, 2u);
}

TEST_F(RouterTest, replies_carry_their_status_location_and_etag) {
  const auto created = call(Method::post, "/api/things", "", R"({"name":"n"})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(created.headers[0], (std::pair<std::string, std::string>{"ETag", "\"1\""}));
  EXPECT_EQ(created.headers[1], (std::pair<std::string, std::string>{"Location", "/api/things/1"}));
  EXPECT_EQ(call(Method::post, "/ping").status, 204);
}

TEST_F(RouterTest, unknown_addresses_and_methods_are_told_apart) {
  for (const std::string path : {"/", "/api", "/api/things/1/2", "/api//things", "things", ""}) {
    EXPECT_EQ(call(Method::get, path).status, 404) << path;
  }
  EXPECT_EQ(call(Method::delete_, "/api/things").status, 405);
}

TEST_F(RouterTest, a_fault_names_the_field_by_its_path) {
  const std::pair<const char*, const char*> cases[] = {
      {"{}", "name"},
      {R"({"name":""})", "name"},
      {R"({"name":"n","sizes":[1,10]})", "sizes[1]"},
      {R"({"name":"n","sizes":[1,2,3,4]})", "sizes[3]"},
      {R"({"name":"n","nmae":1})", "nmae"},
      {R"({"name":"n","name":"m"})", "name"},
  };
  for (const auto& [body, field] : cases) {
    const auto response = call(Method::post, "/api/things", "", body);
    EXPECT_EQ(response.status, 422) << body;
    EXPECT_NE(response.body.find("\"field\":\"" + std::string(field) + "\""), std::string::npos)
        << response.body;
  }
  EXPECT_EQ(call(Method::post, "/api/things", "", "{").status, 422);
}

TEST_F(RouterTest, queries_are_as_strict_as_bodies) {
  EXPECT_NE(call(Method::get, "/api/things", "limit=5&role=owner").body.find("limit 5"),
            std::string::npos);
  for (const std::string query : {"limit=0", "limit=x", "limit=", "rolle=owner", "role=king",
                                  "limit=1&limit=2", "limit=%zz", "limit=%00"}) {
    const int status = call(Method::get, "/api/things", query).status;
    EXPECT_TRUE(status == 422 || status == 400) << query << " " << status;
  }
}

TEST_F(RouterTest, two_routes_for_one_address_are_a_mistake_of_ours) {
  EXPECT_THROW(router.add(thing_routes(), things), std::logic_error);
}

TEST(Problem, says_what_to_do_and_which_field) {
  const auto response = problem(invalid("plate", "must be between 1 and 9"), "r-1");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Invalid field","status":422,)"
                           R"("detail":"plate must be between 1 and 9.","request_id":"r-1",)"
                           R"("errors":[{"field":"plate","says":"must be between 1 and 9"}]})");
}

TEST(Problem, tells_programs_which_fault_it_is_and_when_to_come_back) {
  Fault fault{429, "Wait a little."};
  fault.type = "signing_in_too_often";
  fault.retry_after = Seconds{8};
  const auto response = problem(fault, "r-1");
  EXPECT_NE(response.body.find(R"("type":"signing_in_too_often")"), std::string::npos);
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0], (std::pair<std::string, std::string>{"Retry-After", "8"}));
}

TEST(OpenApi, describes_every_route_and_is_json) {
  ApiDescription api;
  api.add(thing_routes());
  const auto text = openapi_json(api, "1.2.3");
  json::Reader reader(text);
  EXPECT_TRUE(reader.skip() && reader.finish()) << reader.fault().text();
  for (const std::string part : {"\"things_find\"", "\"things_add\"", "\"/api/things/{id}\"",
                                 "\"x-least-role\":\"operator\"", "\"ThingPage\"", "\"maxItems\":3",
                                 "\"in\":\"query\"", "\"name\":\"Idempotency-Key\""}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace pf
