using System.Collections.Immutable;

namespace Mandate.Identity.Keys;

/// <summary>What a ring's file holds: keys, oldest first, at least one.</summary>
internal sealed record KeyRingContent<T>(ImmutableArray<RingKey<T>> Keys);
