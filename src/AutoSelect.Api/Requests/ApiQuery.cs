using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AutoSelect.Api.Requests;

/// <summary>The parameters that an operation was given, each as its rule has it.</summary>
internal sealed class ApiQuery
{
    private readonly ImmutableDictionary<string, ImmutableArray<string>> values;

    /// <exception cref="ArgumentException">One is unknown or breaks its rule; the message gives the value and the rule.</exception>
    public ApiQuery(HttpRequest request, ApiOperation operation)
    {
        var known = operation.Parameters.Where(p => !p.IsHeader).Select(p => p.Name).ToList();
        foreach (var name in request.Query.Keys)
        {
            if (known.Contains(name)) continue;
            var rule = known.Count == 0 ? "there is none here" : $"it must be one of {string.Join(", ", known)}";
            throw new ArgumentException($"'{name}' is not a parameter: {rule}.");
        }
        values = operation.Parameters.ToImmutableDictionary(
            p => p.Name, p => Checked(p, p.IsHeader ? request.Headers[p.Name] : request.Query[p.Name]));
    }

    public string? Text(string name) => values[name] is [var text, ..] ? text : null;

    public ImmutableArray<string> Texts(string name) => values[name];

    public long? Number(string name) => Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    public bool Flag(string name) => Text(name) == "true";

    /// <summary>Pairs of the form name=text.</summary>
    /// <exception cref="ArgumentException">One is no pair, or a name comes twice.</exception>
    public ImmutableSortedDictionary<string, string> Pairs(string parameter)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in values[parameter])
        {
            var (at, shown) = (text.IndexOf('=', StringComparison.Ordinal), $"{parameter} is '{text}'");
            if (at < 1) throw new ArgumentException($"{shown}: it must be NAME=TEXT.");
            if (!pairs.TryAdd(text[..at], text[(at + 1)..])) throw new ArgumentException($"{shown}: '{text[..at]}' is given twice.");
        }
        return pairs.ToImmutable();
    }

    private static ImmutableArray<string> Checked(ApiParameter parameter, StringValues given)
    {
        ImmutableArray<string> texts = [.. given.Select(t => t ?? "")];
        if (texts.Length > 1 && !parameter.IsRepeated)
            throw new ArgumentException($"{parameter.Name} is given {texts.Length} times: it must be given at most once.");
        foreach (var text in texts)
            if (!IsAllowed(parameter, text)) throw new ArgumentException($"{parameter.Name} is '{text}': {parameter.Rule}.");
        return texts;
    }

    private static bool IsAllowed(ApiParameter parameter, string text) => parameter.Kind switch
    {
        ApiParameterKind.Number => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= parameter.Minimum && number <= parameter.Maximum,
        ApiParameterKind.Flag => text is "true" or "false",
        _ => parameter.Words.IsEmpty ? text.Length <= parameter.Maximum : parameter.Words.Contains(text),
    };
}
