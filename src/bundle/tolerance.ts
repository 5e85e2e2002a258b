/** Largest difference allowed: of any probability, and of centred logits relative to max(1, their range). */
export const verifyTolerance = 1e-4;
