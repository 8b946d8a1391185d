namespace Warehouse;

/// <summary>What was reserved, for whom, and by which service.</summary>
/// <param name="Item">The item.</param>
/// <param name="User">The user it was reserved for.</param>
/// <param name="Tenant">The user's tenant.</param>
/// <param name="Actor">The service that called in the user's name, as claim <c>act</c> has it; null when the user, or a service for itself, called.</param>
public sealed record Reservation(string Item, string User, string? Tenant, string? Actor);
