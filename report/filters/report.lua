-- What Quarto's pages need beyond Quarto: the notice on each page, and where a figure stands
-- the script that makes it live. The files are put there before each render by
-- analysis/publish/build/prepare.py.

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

-- plotly.js and the shapes lie beside the script that loads them when a reader asks for them.
local function add_figures(doc)
  local resources = { { name = "plotly.min.js", path = generated .. "plotly.min.js" } }
  for _, name in ipairs { "zones", "counties" } do
    if shows(doc, 'data-shapes="' .. name .. '"') then
      resources[#resources + 1] = { name = name .. ".js", path = generated .. name .. ".js" }
    end
  end
  quarto.doc.add_html_dependency {
    name = "figures",
    scripts = { { path = "../theme/figures.js", attribs = { defer = "true" } } },
    stylesheets = { "../theme/figures.css" },
    resources = resources,
  }
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
    if shows(doc, "report-figure") then add_figures(doc) end
    if notice ~= "" then
      doc.blocks:insert(1, pandoc.RawBlock("html",
        '<p class="notice" role="note">' .. notice .. "</p>"))
    end
    return doc
  end
  if notice ~= "" then doc.meta.notice = pandoc.MetaInlines(pandoc.Inlines(notice)) end
  return doc:walk { Div = bibliography }
end
