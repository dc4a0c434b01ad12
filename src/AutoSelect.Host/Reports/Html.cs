using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace AutoSelect.Host.Reports;

/// <summary>Text that is HTML already.</summary>
internal readonly record struct Markup(string Value);

/// <summary>
/// A page in the making: what stands in the holes of an interpolated string is encoded unless it is <see cref="Markup"/>.
/// </summary>
internal sealed class Html
{
    private readonly StringBuilder text = new();

    public Html Add([InterpolatedStringHandlerArgument("")] ref Piece piece)
    {
        _ = piece;
        return this;
    }

    /// <summary>Adds one encoded piece for each item.</summary>
    public static Markup Each<T>(IEnumerable<T> items, Action<Html, T> add)
    {
        var html = new Html();
        foreach (var item in items) add(html, item);
        return html.ToMarkup();
    }

    public Markup ToMarkup() => new(text.ToString());

    public override string ToString() => text.ToString();

    /// <summary>Encodes the holes.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Piece(int literalLength, int formattedCount, Html page)
    {
        private readonly StringBuilder text = page.text.EnsureRoom(literalLength + formattedCount * 8);

        public void AppendLiteral(string value) => text.Append(value);

        public void AppendFormatted(Markup value) => text.Append(value.Value);

        public void AppendFormatted<T>(T value) => text.Append(WebUtility.HtmlEncode(value?.ToString()));
    }
}

internal static class HtmlText
{
    public static StringBuilder EnsureRoom(this StringBuilder text, int room)
    {
        text.EnsureCapacity(text.Length + room);
        return text;
    }
}
