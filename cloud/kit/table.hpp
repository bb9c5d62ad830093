// Rows and SQL: the dull part derived from FIELDS. A row struct names its table and fields once;
// optional is NULL, enums are their words, bools are 0 and 1, lists and structs are JSON text.
// Everything with a join or a rule is a statement of its own in <noun>_store.cpp.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cloud/kit/caller.hpp"
#include "cloud/kit/replies.hpp"
#include "cloud/ports/database.hpp"
#include "protocol/json.hpp"

namespace pf {

template <class T>
SqlValue to_sql(const T& value) {
  if constexpr (is_optional<T>) {
    return value ? to_sql(*value) : SqlValue{};
  } else if constexpr (std::is_same_v<T, Serial> || std::is_same_v<T, TenantId>) {
    return value.value;
  } else if constexpr (std::is_same_v<T, Blob> || std::is_same_v<T, SqlValue>) {
    return value;
  } else if constexpr (std::is_same_v<T, json::Raw> || BoundedText<T>) {
    return value.value;
  } else if constexpr (BoundedNumber<T>) {
    return to_sql(value.value);
  } else if constexpr (Worded<T>) {
    return std::string(word(value));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return static_cast<double>(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return std::string(std::string_view(value));
  } else {
    return json::encode(value);
  }
}

template <class... T>
std::vector<SqlValue> sql_values(const T&... values) {
  return {to_sql(values)...};
}

template <class T>
void from_sql(const SqlValue& stored, T& value) {
  if constexpr (is_optional<T>) {
    if (std::holds_alternative<std::monostate>(stored)) {
      value.reset();
    } else {
      from_sql(stored, value.emplace());
    }
  } else if constexpr (std::is_same_v<T, Serial> || std::is_same_v<T, TenantId> ||
                       std::is_same_v<T, json::Raw> || BoundedText<T>) {
    value.value = std::get<std::string>(stored);
  } else if constexpr (std::is_same_v<T, Blob>) {
    value = std::get<Blob>(stored);
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = std::get<std::string>(stored);
  } else if constexpr (BoundedNumber<T>) {
    from_sql(stored, value.value);
  } else if constexpr (Worded<T>) {
    const auto known = from_word<T>(std::get<std::string>(stored));
    if (!known) throw DatabaseError("a column holds an unknown word");
    value = *known;
  } else if constexpr (std::is_integral_v<T>) {
    value = static_cast<T>(std::get<std::int64_t>(stored));
  } else if constexpr (std::is_floating_point_v<T>) {
    const auto* whole = std::get_if<std::int64_t>(&stored);
    value = whole ? static_cast<T>(*whole) : static_cast<T>(std::get<double>(stored));
  } else {
    auto decoded = json::decode<T>(std::get<std::string>(stored));
    if (!decoded) throw DatabaseError("a column holds broken JSON: " + decoded.error().text());
    value = std::move(*decoded);
  }
}

template <class T>
T column(const SqlRow& row, std::size_t index) {
  T value{};
  from_sql(row.at(index), value);
  return value;
}

// Takes a row whose columns are FIELDS in their order, as columns<Row>() lists them.
template <Described Row>
Row row_of(const SqlRow& stored) {
  Row row{};
  std::size_t index = 0;
  Row::each_field(row, [&](std::string_view, auto& field) { from_sql(stored.at(index++), field); });
  return row;
}

template <Described Row>
std::vector<Row> rows_of(const std::vector<SqlRow>& stored) {
  std::vector<Row> rows;
  rows.reserve(stored.size());
  for (const auto& one : stored) rows.push_back(row_of<Row>(one));
  return rows;
}

// "id, name, created_at"; with a prefix "p.id, p.name, p.created_at".
template <Described Row>
std::string columns(std::string_view prefix = "") {
  std::string list;
  Row row{};
  Row::each_field(row, [&](std::string_view name, auto&) {
    if (!list.empty()) list += ", ";
    if (!prefix.empty()) list.append(prefix).append(".");
    list += name;
  });
  return list;
}

// The plain statements of a tenant's table. Row::table names it; Row has FIELDS with id first.
template <Described Row>
struct Table {
  static std::optional<Row> find(Transaction& db, const TenantId& tenant, std::string_view id) {
    static const std::string sql = "SELECT " + columns<Row>() + " FROM " + std::string(Row::table) +
                                   " WHERE tenant_id = $1 AND id = $2";
    const auto rows = db.query(sql, sql_values(tenant, id));
    if (rows.empty()) return std::nullopt;
    return row_of<Row>(rows.front());
  }

  static void insert(Transaction& db, const TenantId& tenant, const Row& row) {
    static const std::string sql = insert_sql();
    std::vector<SqlValue> values{to_sql(tenant)};
    Row::each_field(row,
                    [&](std::string_view, const auto& field) { values.push_back(to_sql(field)); });
    db.execute(sql, values);
  }

  // Writes every field but the id. False: no such row.
  static bool update(Transaction& db, const TenantId& tenant, const Row& row) {
    static const std::string sql = update_sql();
    std::vector<SqlValue> values{to_sql(tenant)};
    Row::each_field(row,
                    [&](std::string_view, const auto& field) { values.push_back(to_sql(field)); });
    return db.execute(sql, values) == 1;
  }

  static bool remove(Transaction& db, const TenantId& tenant, std::string_view id) {
    static const std::string sql =
        "DELETE FROM " + std::string(Row::table) + " WHERE tenant_id = $1 AND id = $2";
    return db.execute(sql, sql_values(tenant, id)) == 1;
  }

  // Newest first; before_id is the id of the last row of the page before (UUIDv7 sort by time).
  static std::vector<Row> newest(Transaction& db, const TenantId& tenant, int limit,
                                 const std::optional<std::string>& before_id) {
    static const std::string sql = "SELECT " + columns<Row>() + " FROM " + std::string(Row::table) +
                                   " WHERE tenant_id = $1 AND ($2 = '' OR id < $2)" +
                                   " ORDER BY id DESC LIMIT $3";
    return rows_of<Row>(db.query(sql, sql_values(tenant, before_id.value_or(""), limit)));
  }

 private:
  static std::string insert_sql() {
    std::string places = "$1";
    int place = 1;
    Row row{};
    Row::each_field(row,
                    [&](std::string_view, auto&) { places += ", $" + std::to_string(++place); });
    return "INSERT INTO " + std::string(Row::table) + " (tenant_id, " + columns<Row>() +
           ") VALUES (" + places + ")";
  }
  static std::string update_sql() {
    std::string sets;
    int place = 1;
    Row row{};
    Row::each_field(row, [&](std::string_view name, auto&) {
      ++place;
      if (name == "id") return;
      if (!sets.empty()) sets += ", ";
      sets.append(name).append(" = $").append(std::to_string(place));
    });
    return "UPDATE " + std::string(Row::table) + " SET " + sets +
           " WHERE tenant_id = $1 AND id = $2";
  }
};

// A page from one row more than asked for: the surplus row says that there is a next page.
template <class Row>
Page<Row> page_of(std::vector<Row> rows, int limit) {
  Page<Row> page;
  if (static_cast<int>(rows.size()) > limit) {
    rows.resize(static_cast<std::size_t>(limit));
    page.next_cursor = std::string(std::string_view(rows.back().id));
  }
  page.items = std::move(rows);
  return page;
}

}  // namespace pf
