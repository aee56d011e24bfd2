-- A wide table scrolls in a box of its own, which the keyboard can reach.

local function words(element)
  local cells = {}
  local row = element.head.rows[1]
  for _, cell in ipairs(row and row.cells or {}) do
    local text = pandoc.utils.stringify(cell.contents)
    if text ~= "" then cells[#cells + 1] = text end
  end
  return "Table: " .. table.concat(cells, ", ")
end

function Table(element)
  if not FORMAT:match("html") then return nil end
  -- Pairs keep their order, which the names of a table do not.
  return pandoc.Div(element, pandoc.Attr("", { "table-scroll" }, {
    { "role", "group" }, { "tabindex", "0" }, { "aria-label", words(element) },
  }))
end
