-- What Quarto's pages need beyond Quarto: the notice on each page, and where a figure stands
-- the script that makes it live. The files are put there before each render by
-- analysis/book/before.py.

local generated = "../generated/"

-- The notice, and what the title page says: version, data, and the time of the making.
local function edition()
  local file = io.open(quarto.utils.resolve_path(generated .. "edition.json"), "r")
  local said = quarto.json.decode(file:read("a"))
  file:close()
  return said
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

local function script(path) return { path = path, attribs = { defer = "true" } } end

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
    scripts = { script("../theme/figures.js"), script("../theme/save.js") },
    stylesheets = { "../theme/figures.css" },
    resources = resources,
  }
end

-- The date that the build gives, on the first page and on paper.
local function date(doc, time)
  local words = os.date("!%d %B %Y", time):gsub("^0", "")
  local made = os.date("!year: %Y, month: %m, day: %d, hour: %H, minute: %M, second: %S", time)
  made = made:gsub(" 0(%d)", " %1")
  doc.meta.date, doc.meta["date-meta"] = words, os.date("!%Y-%m-%d", time)
  doc.meta.made = pandoc.RawInline("typst", made)
end

-- Light or dark is settled before a page is drawn, so that this script is not deferred.
local function add_theme()
  quarto.doc.add_html_dependency { name = "theme", scripts = { "../theme/theme.js" } }
end

-- Each page is cited from by itself: only if it knows all works is "2018a" the same on every page.
-- The works that a page does not cite are taken out of it at the end (finish.py).
local function know_all_works(doc)
  doc:walk {
    Cite = function(cite)
      if cite.citations[1].id:match("^%l+%-") then return nil end
      doc.meta.nocite = pandoc.Inlines {
        pandoc.Cite({}, { pandoc.Citation("*", "AuthorInText") })
      }
    end,
  }
end

-- On paper Typst sets the bibliography, in the chapter that asks for it.
local function bibliography(division)
  if division.identifier ~= "refs" then return nil end
  return pandoc.RawBlock("typst",
    '#bibliography("/report/references.bib", title: none, style: "chicago-author-date")')
end

-- Formulas in a line are said in words by the template.
local function formula(math)
  if math.mathtype ~= "InlineMath" then return nil end
  local text = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, "typst")
  return pandoc.RawInline("typst", "#in-words(" .. text:gsub("%s+$", "") .. ")")
end

-- Quarto leaves links to a whole chapter as they are, and on paper they lead nowhere:
-- take them to the chapter's heading.
local function chapter_link(link)
  local chapter = link.target:match("([%w-]+)%.qmd$")
  if not chapter or link.target:find("://") then return nil end
  local file = io.open(quarto.utils.resolve_path("../" .. chapter .. ".qmd"), "r")
    or io.open(quarto.utils.resolve_path("../../" .. chapter .. ".qmd"), "r")
  if not file then return nil end
  local heading = ("\n" .. file:read("a")):match("\n# [^\n]*{#([%w-]+)")
  file:close()
  if not heading then return nil end
  local inlines = pandoc.Inlines { pandoc.RawInline("typst", "#link(<" .. heading .. ">)[") }
  inlines:extend(link.content)
  inlines:insert(pandoc.RawInline("typst", "]"))
  return inlines
end

-- In a page that Quarto runs by itself, what is not meant for the raw files that are here;
-- in all others it is gone already (analysis/publish/text/optional.py).
local function optional(division, files)
  local needs = division.classes:includes("needs")
  if not needs and not division.classes:includes("lacks") then return nil end
  local here = pandoc.List(files):includes(division.attributes.file)
  return here == needs and division.content or {}
end

function Pandoc(doc)
  local said = edition()
  doc = doc:walk { Div = function(division) return optional(division, said.files) end }
  if quarto.doc.is_format("html") then
    if quarto.doc.input_file:match("[/\\]index.qmd$") then date(doc, said.time) end
    if shows(doc, "report-figure") then add_figures(doc) end
    add_theme()
    know_all_works(doc)
    if said.notice ~= "" then
      doc.blocks:insert(1, pandoc.RawBlock("html",
        '<p class="notice" role="note">' .. said.notice .. "</p>"))
    end
    return doc
  end
  date(doc, said.time)
  for _, name in ipairs { "notice", "version", "data" } do
    if said[name] ~= "" then doc.meta[name] = pandoc.MetaInlines(pandoc.Inlines(said[name])) end
  end
  return doc:walk { Div = bibliography, Math = formula, Link = chapter_link }
end
