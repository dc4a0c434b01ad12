using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

/// <summary>Writes an enumeration by name in JSON, so that records stay readable and survive reordering.</summary>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class JsonStringEnumAttribute : JsonConverterAttribute
{
    public override JsonConverter CreateConverter(Type typeToConvert) => new JsonStringEnumConverter();
}
