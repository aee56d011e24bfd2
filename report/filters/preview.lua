-- The subset of Quarto's markup that the book uses, for the build without Quarto.
--
-- Numbers, links and anchors were worked out before (analysis/book/manuscript/document.py):
-- elements carry a `number`, and the file named by the metadata field `anchors` says
-- for each identifier its word, number, title and page. What is left is to write them out,
-- under the class names that Quarto uses, so that one style sheet serves both.

local html = FORMAT:match("html") ~= nil
local format = html and "html" or "typst"
local callout_words = { note = "Note", tip = "Tip", warning = "Warning", important = "Important" }
local anchors, page, root, references_page, references_file, alone, site_url

local function raw(text) return pandoc.RawBlock(format, text) end
local function raw_inline(text) return pandoc.RawInline(format, text) end

local function read_settings(meta)
  local function text(name) return pandoc.utils.stringify(meta[name] or "") end
  page, root, references_page = text("page"), text("root"), text("references-page")
  references_file = text("references-file")
  -- A document without the chapters that it names: it can lead to the site alone.
  alone, site_url = meta.alone ~= nil, text("site-url")
  local file = assert(io.open(text("anchors"), "r"))
  anchors = pandoc.json.decode(file:read("a"), false)
  file:close()
end

-- Cross-references ------------------------------------------------------------

local function outside(words, address)
  return site_url ~= "" and pandoc.Inlines { pandoc.Link(words, site_url .. address) } or words
end

local function reference(citation)
  local anchor = anchors[citation.id]
  local bare = citation.mode == "SuppressAuthor"
  local words = anchor.title
  if anchor.number ~= "" then
    words = bare and anchor.number or anchor.word .. "\u{a0}" .. anchor.number
  end
  if html then
    local address = (anchor.page == page and "" or root .. anchor.page) .. "#" .. citation.id
    return { pandoc.Link(words, address, "", { class = "quarto-xref" }) }
  end
  if alone and anchor.page ~= page then return outside(pandoc.Inlines { pandoc.Str(words) }, anchor.page .. "#" .. citation.id) end
  if anchor.number == "" then
    return { raw_inline("#link(<" .. citation.id .. ">)["), pandoc.Str(words), raw_inline("]") }
  end
  local supplement = bare and "" or anchor.word
  return { raw_inline("#ref(<" .. citation.id .. ">, supplement: [" .. supplement .. "])") }
end

local function cite(element)
  local inlines = pandoc.Inlines {}
  for _, citation in ipairs(element.citations) do
    if not anchors[citation.id] then return nil end
    if #inlines > 0 then inlines:extend { pandoc.Str(","), pandoc.Space() } end
    if #citation.prefix > 0 then
      inlines:extend(citation.prefix)
      inlines:insert(pandoc.Space())
      citation.mode = "SuppressAuthor"
    end
    inlines:extend(reference(citation))
    inlines:extend(citation.suffix)
  end
  return inlines
end

-- Links between chapters: "/report/data.html#id" came from "data.qmd#id" --------

local function link(element)
  local target, fragment = element.target:match("^/([^#]+%.html)(#.*)$")
  if not target then return nil end
  if html then
    element.target = target == page and fragment or root .. target .. fragment
    return element
  end
  if alone then return outside(element.content, target .. fragment) end
  local inlines = pandoc.Inlines { raw_inline("#link(<" .. fragment:sub(2) .. ">)[") }
  inlines:extend(element.content)
  inlines:insert(raw_inline("]"))
  return inlines
end

-- Pictures are named from the project's root; a page has its own way there -----

local function image(element)
  if html and element.src:match("^/") then
    element.src = root .. element.src:sub(2)
  end
  if element.attributes["fig-alt"] then
    if html then element.caption = pandoc.Inlines(element.attributes["fig-alt"]) end
    element.attributes["fig-alt"] = nil
  end
  return element
end

-- Figures and tables ------------------------------------------------------------

local function figure_on_page(element, kind, word, number, body, caption)
  local label = pandoc.Inlines { pandoc.Str(word .. "\u{a0}" .. number .. ":"), pandoc.Space() }
  local figcaption = pandoc.Blocks {
    raw('<figcaption class="quarto-float-caption quarto-float-' .. kind .. '">'),
    pandoc.Plain(label .. caption),
    raw("</figcaption>"),
  }
  local parts = pandoc.Blocks { raw('<figure class="quarto-float-' .. kind .. ' figure">') }
  if kind == "tbl" then parts:extend(figcaption) end
  parts:extend(body)
  if kind == "fig" then parts:extend(figcaption) end
  parts:insert(raw("</figure>"))
  return pandoc.Div(parts, { id = element.identifier, class = "quarto-float" })
end

local function figure_on_paper(element, kind, word, body, caption)
  local position = kind == "fig" and "bottom" or "top"
  local parts = pandoc.Blocks { raw("#figure([") }
  parts:extend(body)
  parts:extend {
    raw("], caption: figure.caption(position: " .. position .. ", ["),
    pandoc.Plain(caption),
    raw(']), kind: "quarto-float-' .. kind .. '", supplement: "' .. word .. '")\n<'
      .. element.identifier .. ">"),
  }
  return parts
end

local function float(element, kind)
  local caption = element.content:remove()
  if not caption or caption.t ~= "Para" then
    error("the block " .. element.identifier .. " does not end with a caption")
  end
  -- A picture that stands alone is a figure to Pandoc; here it is what the block holds.
  local body = element.content:walk { Figure = function(figure) return figure.content end }
  local word = kind == "fig" and "Figure" or "Table"
  if html then
    return figure_on_page(element, kind, word, element.attributes.number, body, caption.content)
  end
  return figure_on_paper(element, kind, word, body, caption.content)
end

-- Call-outs -----------------------------------------------------------------------

local function callout(element, kind)
  local title = element.attributes.title or callout_words[kind]
  local content = element.content
  local parts
  if html then
    parts = pandoc.Blocks {
      raw('<div class="callout-header"><div class="callout-title-container">'
        .. '<span class="screen-reader-only">' .. callout_words[kind] .. "</span>"),
      pandoc.Plain(pandoc.Inlines(title)),
      raw('</div></div><div class="callout-body">'),
    }
    parts:extend(content)
    parts:insert(raw("</div>"))
    return pandoc.Div(parts, { class = "callout callout-" .. kind })
  end
  parts = pandoc.Blocks { raw('#callout(title: ['),
    pandoc.Plain(pandoc.Inlines(title)), raw("], body: [") }
  parts:extend(content)
  parts:insert(raw("])"))
  return parts
end

-- Divisions, headings, equations ------------------------------------------------

local function division(element)
  if element.identifier == "refs" and not html then
    return raw('#bibliography("' .. references_file .. '", title: none, style: "chicago-author-date")')
  end
  local kind = element.identifier:match("^(%a+)%-")
  if (kind == "fig" or kind == "tbl") and element.attributes.number then
    return float(element, kind)
  end
  for name in pairs(callout_words) do
    if element.classes:includes("callout-" .. name) then return callout(element, name) end
  end
end

local function header(element)
  local number = element.attributes.number
  element.attributes.number = nil
  if html and number then
    element.content:insert(1, pandoc.Space())
    element.content:insert(1, pandoc.Span(number, { class = "header-section-number" }))
  end
  return element
end

local function equation(element)
  if not element.classes:includes("equation") then return nil end
  local math = element.content[1]
  if html then
    math.text = math.text .. " \\qquad(" .. element.attributes.number .. ")"
    return pandoc.Span(math, { id = element.identifier })
  end
  return {
    raw_inline("#math.equation(block: true, numbering: equation-numbering, alt: "
      .. pandoc.json.encode(element.attributes.alt) .. ", ["), math,
    raw_inline("])<" .. element.identifier .. ">"),
  }
end

-- Formulas in a line are said in words by the template.
local function formula(math)
  if html or math.mathtype ~= "InlineMath" then return nil end
  local text = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, "typst")
  return raw_inline("#in-words(" .. text:gsub("%s+$", "") .. ")")
end

-- Citations lead to the chapter of references; Typst makes its own list ---------

local function cited(doc)
  if not html then return doc end
  return pandoc.utils.citeproc(doc):walk {
    Link = function(element)
      if element.target:match("^#ref%-") and references_page ~= page then
        element.target = root .. references_page .. element.target
        return element
      end
    end,
    Div = function(element)
      if element.identifier == "refs" and references_page ~= page then return {} end
    end,
  }
end

function Pandoc(doc)
  read_settings(doc.meta)
  doc = doc:walk {
    Div = division, Header = header, Span = equation, Cite = cite, Link = link, Image = image,
    Math = formula,
  }
  return cited(doc)
end
