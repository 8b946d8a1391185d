namespace Mandate.Development.Orders;

/// <summary>What is ordered.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="Note">A note of the customer.</param>
internal sealed record Order(string OrderId, string Note);
