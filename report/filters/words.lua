-- What belongs together stays in one line, and long parts of a page fold away. Both builds use it.

local html = FORMAT:match("html") ~= nil
local KEPT = "\u{a0}"
local units = {}
for unit in ("point points percent km miles kB MB"):gmatch("%S+") do units[unit] = true end

local function is_space(element) return element and (element.t == "Space" or element.t == "SoftBreak") end

local function text(element)
  return element and element.t == "Str" and element.text:gsub("−", "-"):gsub("–", "-") or ""
end

local function is_number(element) return text(element):match("^[%(%[]?[-+$]*%d[%d.,-]*%%?%)?[%],;:.*]*$") end

local function is_unit(element) return units[text(element):match("^%a+") or ""] end

-- Intervals in tables are whole already.
local function opens_interval(inlines, at)
  local first = text(inlines[at])
  return first:match("^%([-+$]*%d[%d.,]*%%?" .. KEPT .. "to" .. KEPT)
    or first:match("^%([-+$]*%d[%d.,]*%%?$") and is_space(inlines[at + 1]) and text(inlines[at + 2]) == "to"
end

-- "0.86 (0.84 to 0.88)": the interval on paper, and on the site its estimate as well.
function Inlines(inlines)
  for at, element in ipairs(inlines) do
    local before, after = inlines[at - 1], inlines[at + 1]
    if is_space(element) and is_number(before) then
      local interval = text(after) == "to" and is_space(inlines[at + 2]) and is_number(inlines[at + 3])
      local estimate = html and opens_interval(inlines, at + 1)
      if interval then inlines[at + 2] = pandoc.Str(KEPT) end
      if interval or estimate or is_unit(after) then inlines[at] = pandoc.Str(KEPT) end
    end
  end
  return inlines
end

local function escaped(words)
  return (words:gsub("&", "&amp;"):gsub("<", "&lt;"))
end

-- A folded part is opened by whoever asks for it, and printed whole.
function Div(element)
  if not element.classes:includes("fold") then return nil end
  if not html then return element.content end
  local parts = pandoc.Blocks { pandoc.RawBlock("html",
    '<details class="fold"><summary>' .. escaped(element.attributes.title) .. "</summary>") }
  parts:extend(element.content)
  parts:insert(pandoc.RawBlock("html", "</details>"))
  return parts
end
