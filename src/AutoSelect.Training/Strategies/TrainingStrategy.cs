using AutoSelect.Contracts;

namespace AutoSelect.Training.Strategies;

/// <summary>
/// A training algorithm: a stateless description with a search space, and a factory of steppers. To add one, add one public
/// class with a parameterless constructor to an assembly that the device process loads.
/// </summary>
public abstract class TrainingStrategy
{
    /// <summary>Name, search space, scaling rules and capabilities.</summary>
    public abstract StrategyDescription Description { get; }

    /// <summary>Prepares a model for training; the model's parameters are already initialised.</summary>
    /// <exception cref="UnsupportedModelException">The strategy cannot train one of the model's layers.</exception>
    public abstract Stepper Start(TrainingTask task);
}

/// <summary>A model a strategy refuses, with the layer and the rule in the message.</summary>
public sealed class UnsupportedModelException(string message) : Exception(message);
