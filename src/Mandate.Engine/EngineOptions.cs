using Mandate.Engine.Visibility.Attributes;
using Mandate.Protocol.Api.Enums.V1;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mandate.Engine;

/// <summary>How an embedded engine is set up.</summary>
public sealed record EngineOptions
{
    /// <summary>Directory of the store; created when missing. One engine owns it at a time.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Namespaces that exist from the start, beside those registered by RPC. Default: <c>default</c>.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = ["default"];

    /// <summary>The clock of event times, timers and time-outs. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where the engine logs. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Bounds on what callers may ask for.</summary>
    public EngineLimits Limits { get; init; } = new();

    /// <summary>How long a poll waits before it is answered empty. Default 60 s: workers' own deadline is 70 s.</summary>
    public TimeSpan PollTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request for history or an update waits for news before it is answered as things are. Default 20 s.</summary>
    public TimeSpan LongPollTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long closed runs are kept when their namespace does not say. Default 72 h; <see cref="TimeSpan.Zero"/> keeps them for good.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(72);

    /// <summary>
    /// Custom search attributes that every namespace has from the start, beside those registered by RPC: their names and types. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, IndexedValueType> SearchAttributes { get; init; } = new Dictionary<string, IndexedValueType>(StringComparer.Ordinal);

    /// <summary>
    /// Registers an unknown search attribute when a run is started with it or sets it, provided that it says its type. For development: a misspelt name becomes an attribute of its own instead
    /// of an error, and a cluster would refuse it. Default: false.
    /// </summary>
    public bool RegisterSearchAttributesOnUse { get; init; }

    /// <summary>Why a search attribute of that name and type cannot be registered, as a sentence; null when it can.</summary>
    public static string? RefuseSearchAttribute(string name, IndexedValueType type) => SearchAttributeRegistry.Refuse(name, type, SearchAttributeCatalog.Empty);

    internal void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(DataDirectory), "DataDirectory is empty: name the directory of the store.");
        Require(!Namespaces.Any(string.IsNullOrWhiteSpace), "Namespaces holds an empty name.");
        Require(PollTimeout > TimeSpan.Zero, "PollTimeout must be longer than zero.");
        Require(LongPollTimeout > TimeSpan.Zero, "LongPollTimeout must be longer than zero.");
        Require(Retention >= TimeSpan.Zero, "Retention must not be negative; zero keeps closed runs for good.");
        foreach (var (name, type) in SearchAttributes)
        {
            var problem = RefuseSearchAttribute(name, type);
            Require(problem is null, $"SearchAttributes: {problem}");
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
            throw new InvalidOperationException($"The engine's options are not valid. {problem}");
    }
}
