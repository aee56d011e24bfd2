-- What Quarto's pages need beyond Quarto: the notice on each page, and plotly.js,
-- one local copy with the shapes of maps, where a figure stands. The files are put there before each render
-- by analysis/publish/build/prepare.py.

local generated = "../generated/"

local function read(name)
  local file = io.open(quarto.utils.resolve_path(generated .. name), "r")
  if not file then return "" end
  local text = file:read("a")
  file:close()
  return text
end

local function shows(doc, name)
  local found = false
  doc:walk {
    RawBlock = function(block)
      if block.format:match("html") and block.text:find(name, 1, true) then found = true end
    end,
  }
  return found
end

local function script(path)
  return { path = path, attribs = { defer = "true" } }
end

local function add_plotly(doc)
  quarto.doc.add_html_dependency {
    name = "plotly",
    scripts = { script(generated .. "plotly.min.js") },
  }
  for _, name in ipairs { "zones", "counties" } do
    if shows(doc, 'data-shapes="' .. name .. '"') then
      quarto.doc.add_html_dependency {
        name = name, scripts = { script(generated .. name .. ".js") },
      }
    end
  end
  quarto.doc.add_html_dependency {
    name = "figures",
    scripts = { script("../theme/figures.js") },
    stylesheets = { "../theme/figures.css" },
  }
end

-- The date that the build gives, on the first page and on paper; today where Quarto runs alone.
local function date(doc)
  local time = tonumber(os.getenv("SOURCE_DATE_EPOCH")) or os.time()
  local words = os.date("!%d %B %Y", time):gsub("^0", "")
  local made = os.date("!year: %Y, month: %m, day: %d, hour: %H, minute: %M, second: %S", time)
  made = made:gsub(" 0(%d)", " %1")
  doc.meta.date, doc.meta["date-meta"] = words, os.date("!%Y-%m-%d", time)
  doc.meta.made = pandoc.RawInline("typst", made)
end

-- On paper Typst sets the bibliography, in the chapter that asks for it.
local function bibliography(division)
  if division.identifier ~= "refs" then return nil end
  return pandoc.RawBlock("typst",
    '#bibliography("/report/references.bib", title: none, style: "chicago-author-date")')
end

function Pandoc(doc)
  local notice = read("notice.txt")
  if quarto.doc.is_format("html") then
    if quarto.doc.input_file:match("[/\\]index.qmd$") then date(doc) end
    if shows(doc, "report-figure") then add_plotly(doc) end
    if notice ~= "" then
      doc.blocks:insert(1, pandoc.RawBlock("html",
        '<p class="notice" role="note">' .. notice .. "</p>"))
    end
    return doc
  end
  date(doc)
  if notice ~= "" then doc.meta.notice = pandoc.MetaInlines(pandoc.Inlines(notice)) end
  return doc:walk { Div = bibliography }
end
