using Mandate.Engine.Visibility.Attributes;

namespace Mandate.Engine.Visibility.Listing;

/// <summary>A run's place in a list: after which the next page begins.</summary>
/// <param name="Key">The run, and the last criterion of every order.</param>
/// <param name="Closed">Default order: its close time as the list sees it.</param>
/// <param name="Start">Default order: its start time.</param>
/// <param name="Order">ORDER BY: its values; null where it has none.</param>
internal readonly record struct RunCursor(long Key, long Closed, long Start, IReadOnlyList<IndexedValue?> Order);
