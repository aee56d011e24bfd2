-- A wide table scrolls in a box of its own, which the keyboard can reach. On a phone a table of
-- sentences, or one that would not fit, becomes a list of cards: each cell says its column.

local SENTENCES = 90 -- letters in a row
local SHORT = 26 -- letters that stand beside the name of their column
local LETTER, GAP, PHONE = 8, 14, 350 -- pixels

local text = pandoc.utils.stringify

local function headings(element)
  local row = element.head.rows[1]
  local names = {}
  for at, cell in ipairs(row and row.cells or {}) do names[at] = text(cell.contents) end
  return names
end

local function label(names)
  local words = {}
  for _, name in ipairs(names) do
    if name ~= "" then words[#words + 1] = name end
  end
  return "Table: " .. table.concat(words, ", ")
end

-- Each row of the table's bodies as the texts of its cells.
local function rows_of(element)
  local rows = {}
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      rows[#rows + 1] = row.cells:map(function(cell) return text(cell.contents) end)
    end
  end
  return rows
end

local function longest_word(words)
  local most = 0
  for word in words:gmatch("[^ ]+") do most = math.max(most, utf8.len(word)) end
  return most
end

-- Whether a phone has no room for the table: for its sentences, or for its longest words abreast.
local function is_for_cards(names, rows)
  if #names < 3 then return false end
  local letters, width = 0, 0
  for at, name in ipairs(names) do
    local longest = longest_word(name)
    for _, row in ipairs(rows) do
      letters = letters + utf8.len(row[at] or "")
      longest = math.max(longest, longest_word(row[at] or ""))
    end
    width = width + LETTER * longest + GAP
  end
  return letters > SENTENCES * #rows or width > PHONE
end

-- A cell that is laid out as a block would be no cell to a screen reader: the roles say that it is.
local function as_cards(element, names)
  element.attributes.role = "table"
  element.head.attr.attributes.role = "rowgroup"
  for _, row in ipairs(element.head.rows) do
    row.attributes.role = "row"
    for _, cell in ipairs(row.cells) do cell.attributes.role = "columnheader" end
  end
  for _, body in ipairs(element.bodies) do
    body.attr.attributes.role = "rowgroup"
    for _, row in ipairs(body.body) do
      row.attributes.role = "row"
      for at, cell in ipairs(row.cells) do
        cell.attributes.role, cell.attributes["data-label"] = "cell", names[at]
        if utf8.len(text(cell.contents)) <= SHORT then cell.attributes["data-short"] = "true" end
      end
    end
  end
  return element
end

function Table(element)
  if not FORMAT:match("html") then return nil end
  local names, classes = headings(element), { "table-scroll" }
  if is_for_cards(names, rows_of(element)) then
    classes[2] = "table-cards"
    element = as_cards(element, names)
  end
  -- Pairs keep their order, which the names of a table do not.
  return pandoc.Div(element, pandoc.Attr("", classes, {
    { "role", "group" }, { "tabindex", "0" }, { "aria-label", label(names) },
  }))
end
