using AutoSelect.Selection.Policies;

namespace AutoSelect.Grains;

/// <summary>Where job grains get their policies from; by default the catalogue.</summary>
/// <param name="name">As job files have it, with its parameters.</param>
/// <exception cref="ArgumentException">There is no such policy.</exception>
public delegate ISelectionPolicy PolicySource(string name);
