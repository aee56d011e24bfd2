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

-- The date that the build gives, on the first page and on paper; today where Quarto runs alone.
local function date(doc)
  local time = tonumber(os.getenv("SOURCE_DATE_EPOCH")) or os.time()
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

-- What a page says to those who link to it; the build writes it down for every page.
local function add_head()
  local heads = read("heads.json")
  local source = quarto.doc.input_file:sub(#quarto.project.directory + 2)
  local head = heads ~= "" and quarto.json.decode(heads)[source:gsub("%.qmd$", ".html")]
  if not head then return end
  local function escaped(text)
    return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;"))
  end
  local lines = { '<meta name="twitter:card" content="summary_large_image">',
    '<meta property="og:type" content="article">' }
  local names = { title = "og:title", description = "og:description", image = "og:image",
    alt = "og:image:alt", address = "og:url", site = "og:site_name" }
  for field, name in pairs(names) do
    if head[field] and head[field] ~= "" then
      lines[#lines + 1] = '<meta property="' .. name .. '" content="' .. escaped(head[field]) .. '">'
    end
  end
  if head.address ~= "" then
    lines[#lines + 1] = '<link rel="canonical" href="' .. escaped(head.address) .. '">'
  end
  table.sort(lines)
  quarto.doc.include_text("in-header", table.concat(lines, "\n"))
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

function Pandoc(doc)
  local notice = read("notice.txt")
  if quarto.doc.is_format("html") then
    if quarto.doc.input_file:match("[/\\]index.qmd$") then date(doc) end
    if shows(doc, "report-figure") then add_figures(doc) end
    add_theme()
    add_head()
    if notice ~= "" then
      doc.blocks:insert(1, pandoc.RawBlock("html",
        '<p class="notice" role="note">' .. notice .. "</p>"))
    end
    return doc
  end
  date(doc)
  if notice ~= "" then doc.meta.notice = pandoc.MetaInlines(pandoc.Inlines(notice)) end
  local imprint = read("imprint.json")
  for name, words in pairs(imprint ~= "" and quarto.json.decode(imprint) or {}) do
    doc.meta[name] = pandoc.MetaInlines(pandoc.Inlines(words))
  end
  return doc:walk { Div = bibliography, Math = formula, Link = chapter_link }
end
