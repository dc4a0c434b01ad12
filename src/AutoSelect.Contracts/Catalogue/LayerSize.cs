namespace AutoSelect.Contracts;

/// <summary>A layer of a model: a module that holds parameters itself.</summary>
/// <param name="Parameters">Trainable values, at least 1; those of several modules count to the first.</param>
/// <param name="Rows">Rows of its first parameter as a matrix.</param>
/// <param name="MultiplyAdds">Of the forward pass of one example; null where they were not counted.</param>
[GenerateSerializer, Immutable, Alias("autoselect.LayerSize")]
public sealed record LayerSize([property: Id(0)] long Parameters, [property: Id(1)] int Rows, [property: Id(2)] double? MultiplyAdds);
