-- What Quarto's pages need beyond Quarto: the notice on each page, and plotly.js,
-- one local copy, where a figure stands. The files are put there before each render
-- by analysis/publish/build/prepare.py.

local generated = "../generated/"

local function read(name)
  local file = io.open(quarto.utils.resolve_path(generated .. name), "r")
  if not file then return "" end
  local text = file:read("a")
  file:close()
  return text
end

local function has_figure(doc)
  local found = false
  doc:walk {
    RawBlock = function(block)
      if block.format:match("html") and block.text:match("report%-figure") then found = true end
    end,
  }
  return found
end

local function add_plotly()
  quarto.doc.add_html_dependency {
    name = "plotly",
    scripts = { "plotly-geo.js", generated .. "plotly.min.js" },
  }
end

function Pandoc(doc)
  local notice = read("notice.txt")
  if quarto.doc.is_format("html") then
    if has_figure(doc) then add_plotly() end
    if notice ~= "" then
      doc.blocks:insert(1, pandoc.RawBlock("html",
        '<p class="notice" role="note">' .. notice .. "</p>"))
    end
  elseif notice ~= "" then
    doc.meta.notice = pandoc.MetaInlines(pandoc.Inlines(notice))
  end
  return doc
end
