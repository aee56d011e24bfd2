-- A wide table scrolls in a box of its own, which the keyboard can reach. On a phone a table of
-- sentences becomes a list of cards, whose cells say which column they are of.

local SENTENCES = 90 -- letters in a row
local SHORT = 26 -- letters that stand beside the name of their column

local function headings(element)
  local row = element.head.rows[1]
  local words = {}
  for at, cell in ipairs(row and row.cells or {}) do
    words[at] = pandoc.utils.stringify(cell.contents)
  end
  return words
end

local function words(names)
  local cells = {}
  for _, text in ipairs(names) do
    if text ~= "" then cells[#cells + 1] = text end
  end
  return "Table: " .. table.concat(cells, ", ")
end

local function is_of_sentences(element)
  local letters, rows = 0, 0
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      rows = rows + 1
      for _, cell in ipairs(row.cells) do
        letters = letters + utf8.len(pandoc.utils.stringify(cell.contents))
      end
    end
  end
  return #element.colspecs > 2 and letters > SENTENCES * rows
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
        local letters = utf8.len(pandoc.utils.stringify(cell.contents))
        if letters <= SHORT then cell.attributes["data-short"] = "true" end
      end
    end
  end
  return element
end

function Table(element)
  if not FORMAT:match("html") then return nil end
  local names = headings(element)
  local classes = { "table-scroll" }
  if is_of_sentences(element) then
    classes[2] = "table-cards"
    element = as_cards(element, names)
  end
  -- Pairs keep their order, which the names of a table do not.
  return pandoc.Div(element, pandoc.Attr("", classes, {
    { "role", "group" }, { "tabindex", "0" }, { "aria-label", words(names) },
  }))
end
